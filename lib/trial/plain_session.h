#pragma once
#include <optional>
#include <string>

#include "migrate/run_file.h"
#include "postgres/connection.h"

namespace kairon::trial {

/// The role that SQL of a repository and of a backup runs as: no superuser, owner of everything in the base.
inline constexpr const char* kTrialRole = "kairon_trial";

/// The role that reads what lies in the tables. Planning a query calls functions that an index names, so that a
/// superuser would run them.
inline constexpr const char* kReaderRole = "kairon_reader";
/// The first version with pg_read_all_data.
inline constexpr int kFirstWithReadAll = 140000;

/// A superuser's connection string whose unqualified names mean PostgreSQL's own objects, whatever the database or
/// its roles set.
[[nodiscard]] std::string admin_conninfo(const std::string& conninfo);

/// The same database as kTrialRole.
[[nodiscard]] std::string plain_conninfo(const std::string& conninfo);

/// The same database as kReaderRole; unqualified names mean PostgreSQL's own objects.
[[nodiscard]] std::string reader_conninfo(const std::string& conninfo);

/// A session in which SQL of a repository runs, and on a server of ours an administrator's session for the few
/// statements that need one. On somebody else's server nothing is repeated and no role is made.
class PlainSession {
 public:
  PlainSession(postgres::Connection& db, postgres::Connection* admin) : db_(db), admin_(admin) {}

  [[nodiscard]] postgres::Connection& db() const { return db_; }
  [[nodiscard]] bool is_ours() const { return admin_ != nullptr; }

  /// Sends `text`, the statement `index` of `file`, as the plain role. What the role may not do is decided by
  /// superuser_step.h. In an open transaction the first attempt costs a savepoint, not the transaction.
  postgres::Reply send(const migration::File& file, std::size_t index, const std::string& text);
  /// Sends one statement while the role is a superuser. An event trigger that it makes is switched off at once, and a
  /// role that it makes can be taken by the plain role.
  postgres::Reply as_superuser(const migration::File& file, std::size_t index, const std::string& text);
  /// Creates the role that `error` misses and gives its name; nothing when the error is another one.
  std::optional<std::string> make_missing_role(const postgres::SqlError& error);
  /// Creates the roles that a DO block makes, and gives the names of those that were missing.
  std::vector<std::string> make_roles_of(const migration::File& file, std::size_t index);

 private:
  bool make_role(const std::string& name);
  void become(const char* what);
  void settle(const migration::File& file, std::size_t index);
  postgres::Reply answer_denial(const migration::File& file, std::size_t index, const std::string& text,
                                const postgres::Reply& denied);

  postgres::Connection& db_;
  postgres::Connection* admin_;
};

/// True when `error` says that a role does not exist.
[[nodiscard]] bool is_missing_role(const postgres::SqlError& error);

}  // namespace kairon::trial
