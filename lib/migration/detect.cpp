#include "migration/detect.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "migration/detect_table.h"

namespace kairon::migration {
namespace {

constexpr std::size_t kSampled = 20;

using ReadHead = std::function<std::string(const std::string&)>;

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

bool names_postgres(const std::string& folder) { return text::contains(text::lower(folder), "postgres"); }

/// What no PostgreSQL understands.
bool holds_another_dialect(const std::string& head) {
  const std::string lower = text::lower(head);
  for (const std::string_view word :
       {"auto_increment", "autoincrement", "engine =", "engine=", "mergetree", "create alias"})
    if (text::contains(lower, word)) return true;
  return false;
}

/// Counts the migrations of `one` among `files`, and finds its last version.
void count(History& one, const std::vector<std::string>& files) {
  std::set<std::string> stems;
  std::optional<Version> last;
  for (const std::string& path : files) {
    if (!path.starts_with(one.folder.empty() ? "" : one.folder + "/")) continue;
    const bool direct = path.find('/', one.folder.size() + 1) == std::string::npos;
    if (!direct && !one.layout->deep()) continue;
    const FileName name = file_name(*one.layout, path);
    if (name.role != Role::forward && name.role != Role::both) continue;
    stems.insert(name.stem);
    const Version version = version_of(*one.layout, name.stem);
    if (!last || *last < version) last = version;
  }
  one.count = stems.size();
  if (last) one.last = last->stem;
}

/// The host whose schemas the files use and do not make.
std::string host_of(const History& one, const std::vector<std::string>& files, const ReadHead& head) {
  if (one.layout->name == "supabase") return "supabase";
  bool uses = false;
  for (const std::string& path : files) {
    if (!path.starts_with(one.folder + "/") || !path.ends_with(".sql")) continue;
    const std::string text = text::lower(head(path));
    for (const std::string_view made : {"create schema auth", "create schema if not exists auth",
                                        "create schema \"auth\"", "create schema if not exists \"auth\""})
      if (text::contains(text, made)) return {};
    for (const std::string_view used : {"auth.uid()", "auth.users", "storage.buckets", "supabase_admin"})
      uses = uses || text::contains(text, used);
  }
  return uses ? "supabase" : "";
}

class Search {
 public:
  Search(const std::vector<std::string>& files, const std::function<std::string(const std::string&)>& head)
      : files_(files), head_(head) {
    for (const std::string& path : files) {
      if (is_elsewhere(path)) continue;
      if (path.ends_with(".sql")) folders_[folder_of(path)].push_back(path);
      const std::string_view name = file_name(path);
      if (name == "Cargo.toml" && text::contains(head(path), "sqlx")) sqlx_.insert(folder_of(path));
      if (name == "package.json" && text::contains(head(path), "\"node-pg-migrate\"")) node_.insert(folder_of(path));
      if (name == "migration_lock.toml" && text::contains(head(path), "postgresql"))
        add("prisma", folder_of(path), path);
      if (name == "sqitch.plan") add("sqitch", folder_of(path), path);
      if (name == "atlas.sum") atlas_.insert(folder_of(path));
      if (path.ends_with("supabase/config.toml")) supabase_.insert(folder_of(path) + "/migrations");
    }
  }

  std::vector<History> go() {
    for (const auto& [folder, files] : folders_) look_at(folder, files);
    for (const auto& [folder, count] : diesel_) {
      const bool pinned = std::any_of(files_.begin(), files_.end(),
                                      [](const std::string& path) { return file_name(path) == "diesel.toml"; });
      if (count > 1 || pinned) add("diesel", folder, pinned ? "diesel.toml" : "folders that hold up.sql");
    }
    for (const auto& [parent, below] : flyway_) {
      // Several locations are one order; the folder above them is read whole.
      const auto is_foreign = [&above = parent](const std::string& path) {
        return path.starts_with(above + "/") && path.ends_with(".sql") && is_elsewhere(path);
      };
      const bool together =
          below.size() > 1 && !parent.empty() && std::none_of(files_.begin(), files_.end(), is_foreign);
      if (together) {
        add("flyway", parent, "names such as V1__x.sql");
      } else {
        for (const std::string& folder : below) add("flyway", folder, "names such as V1__x.sql");
      }
    }
    for (History& one : found_) {
      count(one, files_);
      one.host = host_of(one, files_, head_);
    }
    std::erase_if(found_, [&](const History& one) { return one.count == 0 || !is_postgres(one); });
    for (History& one : found_) one.table = find_version_table(*one.layout, one.folder, files_, head_);
    std::stable_sort(found_.begin(), found_.end(), [](const History& a, const History& b) {
      if (names_postgres(a.folder) != names_postgres(b.folder)) return names_postgres(a.folder);
      if (a.certain != b.certain) return a.certain;
      return a.count > b.count;
    });
    return std::move(found_);
  }

 private:
  void add(std::string_view layout, std::string folder, std::string reason, bool certain = true) {
    found_.push_back({find_layout(layout), std::move(folder), 0, {}, std::move(reason), certain});
  }

  [[nodiscard]] bool is_known(const std::string& folder) const {
    return std::any_of(found_.begin(), found_.end(), [&](const History& one) { return one.folder == folder; });
  }

  /// One of the folders that hold such a file is above `folder`.
  static bool is_below(const std::set<std::string>& tops, const std::string& folder) {
    return std::any_of(tops.begin(), tops.end(), [&](const std::string& top) {
      return top.empty() || folder == top || folder.starts_with(top + "/");
    });
  }

  void look_at(const std::string& folder, const std::vector<std::string>& files) {
    if (folder.empty() && atlas_.contains(folder)) return add("atlas", folder, "atlas.sum");
    if (folder.empty() || is_known(folder)) return;
    const std::string_view only = file_name(files.front());
    if (only == "up.sql" || (files.size() > 1 && file_name(files[1]) == "up.sql")) {
      if (const std::string above = folder_of(folder); !above.empty()) ++diesel_[above];
      return;
    }
    std::size_t numbered = 0;
    std::size_t up = 0;
    std::size_t flyway = 0;
    std::size_t ours = 0;
    for (const std::string& path : files) {
      const std::string_view name = file_name(path);
      const bool digit = name.front() >= '0' && name.front() <= '9';
      numbered += digit ? 1 : 0;
      up += digit && name.ends_with(".up.sql") ? 1 : 0;
      ours += name.ends_with("_rollback.sql") ? 1 : 0;
      flyway += file_name(*find_layout("flyway"), path).role != Role::none ? 1 : 0;
    }
    if (flyway * 10 >= files.size() * 8) {
      flyway_[folder_of(folder)].push_back(folder);
      return;
    }
    const std::string sum = folder + "/atlas.sum";
    if (numbered == 0) {
      if (atlas_.contains(folder)) add("atlas", folder, sum);
      return;
    }
    if (const std::string_view marked = marks_of(files); !marked.empty())
      return add(marked, folder, "the marks in its files");
    if (supabase_.contains(folder)) return add("supabase", folder, "supabase/config.toml");
    if (ours == 0 && up == 0 && ("/" + folder).ends_with("/supabase/migrations"))
      return add("supabase", folder, "the name of the folder");
    if (is_below(node_, folder)) return add("node-pg-migrate", folder, "package.json");
    if (is_below(sqlx_, folder)) return add("sqlx", folder, "Cargo.toml");
    // Atlas writes the files of other tools too: its sum file says nothing of their layout.
    if (up * 10 >= numbered * 4 && up > 0)
      return add("golang-migrate", folder, "pairs of .up.sql and .down.sql", ours == 0);
    if (atlas_.contains(folder)) return add("atlas", folder, sum);
    add("kairon", folder, "numbered .sql files", ours > 0);
  }

  std::string_view marks_of(const std::vector<std::string>& files) {
    std::map<std::string_view, std::size_t> marked;
    std::size_t looked = 0;
    for (std::size_t i = 0; i < files.size() && looked < kSampled; i += 1 + files.size() / kSampled) {
      const std::string text = text::lower(head_(files[i]));
      ++looked;
      if (text::contains(text, "migrate:up")) ++marked["dbmate"];
      if (text::contains(text, "+goose up")) ++marked["goose"];
      if (text::contains(text, "up migration") && text::contains(text, "--")) ++marked["node-pg-migrate"];
    }
    for (const auto& [layout, count] : marked)
      if (count * 10 >= looked * 8 && (layout != "node-pg-migrate" || is_below(node_, folder_of(files.front()))))
        return layout;
    return {};
  }

  bool is_postgres(const History& one) {
    return !is_for_another_database(one.folder, files_, head_) || names_postgres(one.folder);
  }

  const std::vector<std::string>& files_;
  const std::function<std::string(const std::string&)>& head_;
  std::map<std::string, std::vector<std::string>> folders_;
  std::map<std::string, std::size_t> diesel_;
  std::map<std::string, std::vector<std::string>> flyway_;  ///< by the folder above
  std::set<std::string> sqlx_;
  std::set<std::string> node_;
  std::set<std::string> supabase_;
  std::set<std::string> atlas_;  ///< folders with a sum file
  std::vector<History> found_;
};

}  // namespace

bool is_elsewhere(const std::string& path) {
  constexpr std::array<std::string_view, 22> kWords = {
      "test",  "tests",      "testdata", "fixtures", "example",  "examples", "node_modules", "vendor",
      "mysql", "mariadb",    "sqlite",   "sqlite3",  "mssql",    "h2",       "hsqldb",       "derby",
      "db2",   "clickhouse", "mongodb",  "duckdb",   "bigquery", "sqlserver"};
  const std::string lower = text::lower(path);
  for (const std::string_view part : text::split(lower, '/')) {
    for (const std::string_view word : kWords)
      if (part == word || part.ends_with("_" + std::string(word)) || part.starts_with(std::string(word) + "_") ||
          part.starts_with(std::string(word) + "-"))
        return true;
  }
  return false;
}

bool is_for_another_database(const std::string& folder, const std::vector<std::string>& files,
                             const std::function<std::string(const std::string&)>& head) {
  std::size_t looked = 0;
  std::size_t others = 0;
  for (const std::string& path : files) {
    if (!path.starts_with(folder + "/") || !path.ends_with(".sql")) continue;
    if (++looked > kSampled) break;
    others += holds_another_dialect(head(path)) ? 1 : 0;
  }
  return others > 0 && others * 2 >= looked;
}

std::vector<History> find_histories(const std::vector<std::string>& files,
                                    const std::function<std::string(const std::string&)>& head) {
  return Search(files, head).go();
}

}  // namespace kairon::migration
