#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "migrate/run_file.h"
#include "postgres/connection.h"

namespace kairon::trial {

struct KnownRelation;

/// What happens when the trial server lacks an extension ([kairon] missingExtensions).
enum class MissingExtensions { block, stub };

/// What stands in for extensions that the trial server lacks ([kairon] missingExtensions = stub). An
/// extension is a row of pg_extension with the version "stand-in"; what migrations name of it (types,
/// functions, operators, casts, schemas) is made when the server misses it, and belongs to that
/// extension, so that DROP EXTENSION and the schema snapshot treat it as the real one. Types hold any
/// text, functions return a constant, and an index whose method or operator class is missing becomes a
/// hash index. What the extension really does stays unproven, and the report names the stand-in.
class StandIn {
 public:
  /// Null for `block`, and when `conninfo` is not a superuser's way to the trial database: then an extension
  /// that is missing ends the trial. Throws Error(environment) when nobody answers there.
  [[nodiscard]] static std::unique_ptr<StandIn> make(MissingExtensions mode, const std::string& conninfo);

  /// What to send instead of step `index`, and whether only a superuser may.
  struct Replacement {
    std::string text;
    bool as_superuser = false;
  };
  [[nodiscard]] Replacement instead_of(const migration::File& file, const migrate::Step& step, std::size_t index);

  /// True when `error` was about a part of a stand-in and that part exists now: worth another attempt,
  /// from the beginning of the transaction.
  [[nodiscard]] bool learn(const postgres::SqlError& error);

  /// learn() for a statement that only uses the schema: an operator or function counts when it is about a
  /// type that stands in.
  [[nodiscard]] bool learn_use(const postgres::SqlError& error);

  /// One line for each extension that something stands in for: "vector (type vector, index method hnsw)".
  [[nodiscard]] std::vector<std::string> told();

  /// Stand-ins of a database for extensions that the server has by now.
  [[nodiscard]] static bool outdated(postgres::Connection& db);

 private:
  explicit StandIn(postgres::Connection admin);
  /// Something an extension owns: how it is made, and its names in ALTER EXTENSION ... ADD.
  struct Member {
    std::string shown;  ///< "type vector"
    std::vector<std::string> create;
    std::vector<std::string> add;
  };
  [[nodiscard]] bool learn_default_class(const std::string& message);
  [[nodiscard]] bool available(const std::string& extension);
  [[nodiscard]] std::string script(const std::string& extension, const std::string& schema,
                                   const std::string& existing);
  [[nodiscard]] std::string members_script(const std::string& extension, const std::vector<Member>& members) const;
  [[nodiscard]] std::string without_method(const migration::File& file, std::size_t index) const;
  [[nodiscard]] bool add(Member member);
  [[nodiscard]] bool learn_named(const postgres::SqlError& error);
  [[nodiscard]] bool learn_call(const std::string& message);
  static void add_relation(const KnownRelation& relation, std::vector<Member>& members);
  [[nodiscard]] static Member schema_member(const std::string& name);
  [[nodiscard]] static Member type_member(const std::string& name);

  postgres::Connection admin_;
  std::vector<std::string> names_;  ///< extensions in the order in which they were made
  std::map<std::string, std::vector<Member>> members_;
  std::set<std::string> methods_;
  std::set<std::string> classes_;
};

}  // namespace kairon::trial
