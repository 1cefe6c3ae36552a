#include "backup/drill.h"

#include <chrono>
#include <ctime>

#include "backup/ready_dump.h"
#include "backup/restore.h"
#include "backup/restored_size.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "postgres/binaries.h"
#include "postgres/embedded.h"
#include "postgres/launch.h"

namespace kairon::backup {

namespace {

using postgres::Connection;

constexpr std::size_t kShown = 3;
constexpr const char* kReader = "kairon_drill_reader";

/// Views and functions of the backup run in probes: as a role that reads all tables and may do nothing else.
Connection plain_reader(Connection& admin, const std::string& conninfo) {
  admin.must(format("CREATE ROLE {0} LOGIN BYPASSRLS; GRANT pg_read_all_data TO {0}", kReader));
  return Connection::require({.conninfo = format("{} user={}", conninfo, kReader), .application_name = "kairon drill"});
}

void run_probes(Connection& db, const std::vector<Probe>& probes, DrillResult& result) {
  for (const Probe& probe : probes) {
    const postgres::Reply reply = db.query(probe.query);
    const std::string name = text::printable(probe.name);
    if (reply.ok()) {
      result.probes.push_back(format("{}: {}", name, text::printable(reply.text(0, 0))));
    } else {
      result.failed_probes.push_back(format("probe {} does not run: {}", name, reply.error().text()));
    }
  }
}

std::string reason_of(const DrillResult& result) {
  std::vector<std::string> lines = result.differences;
  lines.insert(lines.end(), result.failed_probes.begin(), result.failed_probes.end());
  const std::size_t more = lines.size() > kShown ? lines.size() - kShown : 0;
  lines.resize(lines.size() - more);
  return text::join(lines, "; ") + (more > 0 ? format(" and {} more", more) : "");
}

/// Everything that counts as recovery: checksums, decryption, pg_restore, the proof.
void recover(BackupStore& store, const StoredBackup& backup, const DrillRequest& request,
             const postgres::EmbeddedServer& server, DrillResult& result) {
  const auto say = [&](const char* what) {
    if (request.say) request.say(what);
  };
  say("checksums");
  const ReadyDump dump = ready_backup(store, backup, request.identity);
  const DatabaseRecord& record = *dump.record();
  {
    Connection db = Connection::require({.conninfo = server.conninfo(), .application_name = "kairon drill"});
    static_cast<void>(make_missing_roles(db, record, RoleKind::superuser));
  }
  say("restoring");
  {
    Connection db = Connection::require({.conninfo = server.conninfo(), .application_name = "kairon drill"});
    RestoredSize size(db, postgres::kDatabase, record.shape.bytes, request.say);
    run_pg_restore({postgres::require_clients(server.binaries().major), server.conninfo(), dump.path,
                    Tablespaces::ignored, request.fence, [&size] { size.tick(); }});
  }
  say("comparing");
  Connection db = Connection::require({.conninfo = server.conninfo(), .application_name = "kairon drill"});
  const std::vector<TableRows> rows = count_rows(db);
  result.tables = rows.size();
  for (const TableRows& table : rows) result.rows += table.rows;
  result.differences = differences(record, rows, read_schema(db));
  say("probes");
  result.failed_probes = failed_built_in_probes(db);
  if (!request.probes.empty()) {
    Connection reader = plain_reader(db, server.conninfo());
    run_probes(reader, request.probes, result);
  }
  if (!dump.note.empty()) result.failed_probes.push_back(dump.note);
}

}  // namespace

DrillResult run_drill(BackupStore& store, const StoredBackup& backup, const DrillRequest& request) {
  DrillResult result;
  result.record.backup = backup.stamp;
  const DatabaseRecord* record = backup.manifest && backup.manifest->database ? &*backup.manifest->database : nullptr;
  postgres::EmbeddedOptions options;
  options.major = record == nullptr ? 0 : record->major;
  options.room = record == nullptr ? 0 : 2 * static_cast<unsigned long long>(record->shape.bytes);
  options.fence = request.fence;
  const postgres::EmbeddedServer server = postgres::EmbeddedServer::start(options);
  result.server = server.binaries().version;
  const auto begun = std::chrono::steady_clock::now();
  try {
    recover(store, backup, request, server, result);
    result.record.reason = reason_of(result);
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    result.record.reason = error.message().text;
    result.failed_probes.push_back(error.message().text);
  }
  result.record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  result.record.tested = std::time(nullptr);
  result.record.passed = result.differences.empty() && result.failed_probes.empty();
  store.record_drill(result.record);
  return result;
}

}  // namespace kairon::backup
