#pragma once
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "n8n/api.h"
#include "postgres/connection.h"

namespace kairon::n8n {

/// One deployment at a time per environment. Held until the object goes.
class Lock {
 public:
  virtual ~Lock() = default;
};

/// A session-level advisory lock (PostgreSQL docs: "Advisory Locks"); the server forgets it when
/// the connection ends, however that happens. Throws Error(environment) naming who holds it and
/// since when.
[[nodiscard]] std::unique_ptr<Lock> lock_in_database(const std::string& conninfo, const std::string& by);

/// Where a repository notes which lock it holds, so that one of a killed run of its own is known. The caller keeps
/// other processes of the repository away (Journal::hold).
struct LockNote {
  std::function<std::string()> read;
  std::function<void(std::string_view)> write;
};

/// A workflow tag `kairon-lock`: n8n answers 409 when it exists. For environments without a
/// database. `kairon-by NAME` says who. A lock that `note` names is one of a killed run and taken over. `stale` takes
/// over any.
enum class StaleLock { respect, take_over };
[[nodiscard]] std::unique_ptr<Lock> lock_with_tag(Api& api, const std::string& by, LockNote note, StaleLock stale);

/// Deletes the lock tag that a killed run of `by` left without a journal entry; false when there is
/// no lock. Throws Error(environment) when it is somebody else's.
[[nodiscard]] bool remove_own_tag(Api& api, const std::string& by);

/// The credentials in n8n's own database: id, name and type, never data.
[[nodiscard]] std::vector<Credential> credentials_in_database(const std::string& conninfo);

/// Workflow id and node of every webhook that n8n has registered, in n8n's own database: the only place that
/// tells it of a path that is an expression (webhook_entity).
[[nodiscard]] std::set<std::pair<std::string, std::string>> webhooks_in_database(const std::string& conninfo);

}  // namespace kairon::n8n
