#include "backup/salvage.h"

#include <fcntl.h>

#include <ctime>
#include <fstream>
#include <map>
#include <optional>

#include "backup/dump.h"
#include "backup/measure.h"
#include "backup/restore.h"
#include "backup/store.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "base/signals.h"
#include "base/temp.h"
#include "base/text.h"
#include "postgres/binaries.h"
#include "postgres/client.h"
#include "postgres/connection.h"
#include "postgres/conninfo.h"
#include "postgres/quote.h"

namespace kairon::backup {

namespace {

using postgres::Connection;
using postgres::Parameter;
using postgres::Reply;

/// A line of `pg_restore --list` that has data.
struct DataEntry {
  std::string line;
  std::string kind;   ///< "TABLE DATA", "SEQUENCE SET", "BLOBS"
  std::string shown;  ///< "app.item"
};

/// "3401; 0 16402 TABLE DATA app item app": numbers, the kind in capitals, schema, name, owner.
std::optional<DataEntry> data_entry(std::string_view line) {
  for (const std::string_view kind : {"TABLE DATA", "SEQUENCE SET", "BLOBS"}) {
    const std::size_t at = line.find(" " + std::string(kind) + " ");
    if (at == std::string_view::npos || line.starts_with(';')) continue;
    const auto words = text::split(text::trim(line.substr(at + kind.size() + 2)), ' ');
    const std::string shown =
        words.size() < 2 || words[0] == "-" ? std::string("large objects") : format("{}.{}", words[0], words[1]);
    return DataEntry{std::string(line), std::string(kind), shown};
  }
  return std::nullopt;
}

/// The value of one field of COPY's text format; nothing for null (PostgreSQL docs: COPY, "Text Format").
Parameter copy_value(std::string_view field) {
  if (field == "\\N") return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      out += field[i];
      continue;
    }
    constexpr std::string_view kLetters = "bfnrtv";
    constexpr std::string_view kMeanings = "\b\f\n\r\t\v";
    const char c = field[++i];
    const std::size_t known = kLetters.find(c);
    out += known == std::string_view::npos ? c : kMeanings[known];
  }
  return out;
}

class Salvage {
 public:
  explicit Salvage(const SalvageRequest& request) : request_(request), folder_("salvage") {}

  SalvageResult run();

 private:
  void say(const std::string& what) const {
    if (request_.say) request_.say(what);
  }

  void open_database();
  void make_roles() {
    if (request_.record != nullptr) static_cast<void>(make_missing_roles(*db_, *request_.record, RoleKind::plain));
  }

  process::Outcome pg_restore(std::vector<std::string> arguments, int output_fd);
  process::Outcome restore(std::vector<std::string> arguments) { return pg_restore(std::move(arguments), -1); }

  std::string output_of(std::vector<std::string> arguments, std::string& problem);
  std::vector<DataEntry> contents();
  void drop();
  std::string list_file(const DataEntry& entry) const;
  // pg_restore goes on after an object that fails; each is told with the statement's first line.
  void note_errors(const process::Outcome& outcome);
  void rows_of(const DataEntry& entry);
  void note_loss(const DataEntry& entry, const std::string& what) {
    result_.missing.push_back(text::printable(format("{}: {}", entry.shown, what)));
  }

  /// "COPY app.item (id, v) FROM stdin;" as an INSERT; "" for other lines.
  static std::string insert_for(const std::string& line);
  bool insert_row(const std::string& insert, const std::string& line);
  /// Returns how many rows the table did not take.
  std::size_t store(const std::string& insert, std::vector<std::string>& batch);
  void compare();
  const SalvageRequest& request_;
  TempFolder folder_;
  postgres::Binaries clients_;
  std::string conninfo_;
  std::optional<Connection> db_;
  SalvageResult result_;
};

SalvageResult Salvage::run() {
  open_database();
  clients_ = postgres::require_clients(db_->server_version() / 10000);
  const std::vector<DataEntry> entries = contents();
  make_roles();
  say("definitions");
  note_errors(restore({"--section=pre-data"}));
  for (const DataEntry& entry : entries) {
    signals::check();
    say(entry.shown);
    if (entry.kind == "TABLE DATA") {
      rows_of(entry);
    } else if (!restore({"--use-list=" + list_file(entry)}).ok()) {
      result_.missing.push_back(format("{}: {}", text::printable(entry.shown), text::lower(entry.kind)));
    }
  }
  say("indexes and constraints");
  note_errors(restore({"--section=post-data"}));
  compare();
  return std::move(result_);
}

void Salvage::open_database() {
  const RestoreOutlook outlook = look_at_target(request_.conninfo);
  constexpr std::size_t kLongest = 36;
  result_.database =
      format("{}_salvage_{}", outlook.database.substr(0, kLongest), text::lower(stamp_of(std::time(nullptr))));
  const std::string elsewhere =
      postgres::with_database(request_.conninfo, outlook.database == "postgres" ? "template1" : "postgres");
  Connection admin = Connection::require({.conninfo = elsewhere, .application_name = "kairon restore"});
  std::string create = format("CREATE DATABASE {} TEMPLATE template0", postgres::quote_identifier(result_.database));
  if (request_.record != nullptr && !request_.record->shape.encoding.empty())
    create += " ENCODING " + postgres::quote_literal(request_.record->shape.encoding);
  if (const Reply made = admin.execute(create); !made.ok())
    throw environment_error(format("cannot create a database on {}: {}", admin.shown(), made.error().text()),
                            "the user of [env] database needs CREATEDB: ALTER ROLE name CREATEDB");
  conninfo_ = postgres::with_database(request_.conninfo, result_.database);
  db_.emplace(Connection::require({.conninfo = conninfo_, .application_name = "kairon restore"}));
  lift_limits(*db_);
}

process::Outcome Salvage::pg_restore(std::vector<std::string> arguments, int output_fd) {
  const postgres::ClientAccess access(conninfo_);
  process::Command command;
  command.argv = {clients_.folder + "/pg_restore", "--no-password"};
  if (output_fd < 0) command.argv.push_back("--dbname=" + access.conninfo());
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.argv.push_back(request_.dump);
  command.environment = access.environment();
  command.output_fd = output_fd;
  command.in_child = postgres::die_with_parent;
  Result<process::Outcome> outcome = process::run(command);
  if (!outcome.ok()) throw environment_error("cannot start pg_restore: " + outcome.failure().text);
  signals::check();
  return std::move(*outcome);
}

std::string Salvage::output_of(std::vector<std::string> arguments, std::string& problem) {
  const std::string path = folder_.path() + "/output";
  const file::Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) throw environment_error(format("{}: {}", path, file::last_error()));
  const process::Outcome outcome = pg_restore(std::move(arguments), fd.get());
  problem = outcome.ok() ? std::string() : last_lines(outcome.errors);
  return path;
}

std::vector<DataEntry> Salvage::contents() {
  std::string problem;
  const std::string path = output_of({"--list"}, problem);
  std::vector<DataEntry> entries;
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);)
    if (auto entry = data_entry(line)) entries.push_back(std::move(*entry));
  if (problem.empty()) return entries;
  drop();
  throw Error(ExitCode::blocked, format("the dump's table of contents cannot be read: {}", problem),
              "kairon restore list shows older backups");
}

void Salvage::drop() {
  db_.reset();
  const std::string elsewhere = postgres::with_database(request_.conninfo, "postgres");
  Connection admin = Connection::require({.conninfo = elsewhere, .application_name = "kairon restore"});
  static_cast<void>(admin.execute(drop_statement(result_.database)));
}

std::string Salvage::list_file(const DataEntry& entry) const {
  const std::string path = folder_.path() + "/list";
  const Result<void> written = file::write_atomic(path, entry.line + "\n", 0600);
  if (!written.ok()) throw environment_error(written.failure().text);
  return path;
}

void Salvage::note_errors(const process::Outcome& outcome) {
  if (outcome.ok()) return;
  std::string reason;
  for (const std::string_view line : text::lines(outcome.errors)) {
    if (const std::size_t at = line.find("ERROR:"); at != std::string_view::npos)
      reason = text::trim(line.substr(at + 6));
    constexpr std::string_view kCommand = "Command was: ";
    if (!line.starts_with(kCommand)) continue;
    result_.missing.push_back(text::printable(format("{}: {}", line.substr(kCommand.size(), 120), reason)));
  }
}

void Salvage::rows_of(const DataEntry& entry) {
  std::string problem;
  const std::string path = output_of({"--data-only", "--file=-", "--use-list=" + list_file(entry)}, problem);
  std::ifstream lines(path, std::ios::binary);
  std::string insert;
  std::vector<std::string> batch;
  std::size_t bad = 0;
  bool ended = false;
  for (std::string line; std::getline(lines, line);) {
    if (insert.empty()) {
      insert = insert_for(line);
      continue;
    }
    ended = line == "\\.";
    if (ended || lines.eof()) break;  // a line without its end was cut
    batch.push_back(std::move(line));
    constexpr std::size_t kBatch = 500;
    if (batch.size() == kBatch) bad += store(insert, batch);
  }
  bad += store(insert, batch);
  if (bad > 0)
    note_loss(entry,
              format("{} of the damaged text {} not stored", text::counted(bad, "line"), bad == 1 ? "was" : "were"));
  if (!ended && !problem.empty()) note_loss(entry, "the rest of its rows: " + problem);
}

std::string Salvage::insert_for(const std::string& line) {
  constexpr std::string_view kEnd = " FROM stdin;";
  if (!line.starts_with("COPY ") || !line.ends_with(kEnd)) return {};
  const std::string target = line.substr(5, line.size() - 5 - kEnd.size());
  return format("INSERT INTO {} OVERRIDING SYSTEM VALUE VALUES ", target);
}

bool Salvage::insert_row(const std::string& insert, const std::string& line) {
  std::vector<Parameter> values;
  std::string places;
  for (const std::string_view field : text::split(line, '\t')) {
    values.push_back(copy_value(field));
    places += format("{}${}", places.empty() ? "" : ",", values.size());
  }
  return db_->query(format("{}({})", insert, places), values).ok();
}

std::size_t Salvage::store(const std::string& insert, std::vector<std::string>& batch) {
  if (insert.empty() || batch.empty()) return 0;
  bool all = true;
  db_->must("BEGIN");
  for (const std::string& line : batch) {
    all = insert_row(insert, line);
    if (!all) break;
  }
  db_->must(all ? "COMMIT" : "ROLLBACK");
  std::size_t bad = 0;
  if (!all)
    for (const std::string& line : batch) bad += insert_row(insert, line) ? 0 : 1;
  batch.clear();
  return bad;
}

void Salvage::compare() {
  say("counting");
  std::map<std::string, long long> now;
  for (const TableRows& table : count_rows(*db_)) {
    now[table.name] = table.rows;
    result_.rows += table.rows;
  }
  result_.tables = now.size();
  if (request_.record == nullptr) return;
  for (const TableRows& table : request_.record->tables) {
    const auto found = now.find(table.name);
    if (found == now.end()) {
      result_.missing.push_back(text::printable(format("{}: the table", table.name)));
    } else if (found->second != table.rows) {
      result_.missing.push_back(
          text::printable(format("{}: {} of {} rows are there", table.name, found->second, table.rows)));
    }
  }
}

}  // namespace

SalvageResult salvage(const SalvageRequest& request) { return Salvage(request).run(); }

}  // namespace kairon::backup
