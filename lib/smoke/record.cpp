#include "smoke/record.h"

#include <ctime>
#include <filesystem>
#include <map>
#include <set>

#include "base/environment.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "repository/content.h"
#include "smoke/case_files.h"
#include "smoke/recorded_case.h"
#include "smoke/scramble.h"
#include "target/session.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;
using terminal::Channel;

/// Paths that the cases of the work tree take.
std::set<std::string> known_paths(const repository::DeployContent& content) {
  std::set<std::string> out;
  for (const repository::ContentFile& file : content.smoke_files) {
    const Result<Tree> cases = Tree::parse(file.text);
    if (!cases.ok()) continue;
    for (const Tree& one : cases->items())
      if (std::string key = path_key(one); !key.empty()) out.insert(std::move(key));
  }
  return out;
}

class Recording {
 public:
  Recording(git::GitSource& source, const config::Settings& settings, const RecordRequest& request)
      : source_(source),
        settings_(settings),
        request_(request),
        content_(repository::read_content(source, settings, "")),
        session_(target::required_target(settings, request.environment)),
        known_(known_paths(content_)),
        scrambler_(content_.workflows) {
    open_database();
  }

  ExitCode run();

 private:
  void open_database();
  RecordingScene scene();
  static void say(const std::string& line) { terminal::print(Channel::err, "note: " + line); }

  void one_execution(long long id);
  static bool executes(const StoredTree& tree, const std::string& workflow);
  void all_paths();
  void keep(const RecordedCase& made);
  ExitCode nothing();
  void tell_refused() const {
    for (const auto& [why, count] : refused_) say(format("{} left out: {}", text::counted(count, "execution"), why));
  }

  // Messages of production are somebody's.
  void confirm() const;
  std::string file_of(const std::string& workflow) const;
  void write();
  git::GitSource& source_;
  const config::Settings& settings_;
  const RecordRequest& request_;
  const repository::DeployContent content_;
  target::DeploySession session_;
  std::optional<RowReader> rows_;
  std::set<std::string> known_;
  const TextScrambler scrambler_;  ///< of all cases, so that the same word becomes the same one in each
  std::vector<RecordedCase> cases_;
  std::map<std::string, std::size_t> refused_;
  std::size_t repeated_ = 0;
};

ExitCode Recording::run() {
  n8n::Api& api = session_.api();
  {
    terminal::Progress progress(request_.environment + ": waiting for n8n,");
    api.wait_ready([&progress](std::string_view what) { progress.update(what); });
  }
  if (request_.execution) {
    one_execution(*request_.execution);
  } else {
    all_paths();
  }
  if (cases_.empty()) return nothing();
  confirm();
  write();
  return ExitCode::passed;
}

void Recording::open_database() {
  const std::string& database = session_.target().database;
  if (database.empty()) return;
  try {
    rows_.emplace(database);
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    say(format("rows are not asserted: {}", error.message().text));
  }
}

RecordingScene Recording::scene() {
  RecordingScene scene{content_.workflows};
  for (const std::string& host : settings_.value(config::kEnvAllowHost, "dev"))
    scene.allowed_hosts.insert(text::lower(host));
  if (rows_)
    scene.rows_of = [this](const std::string& id) -> std::optional<Rows> {
      const Result<Rows> rows = rows_->rows_of(id);
      return rows.ok() ? std::optional(*rows) : std::nullopt;
    };
  return scene;
}

void Recording::one_execution(long long id) {
  const StoredTree tree = stored_tree(session_.api(), id);
  if (!request_.workflow.empty() && !executes(tree, request_.workflow))
    throw usage_error(format("execution {} did not execute {}", id, text::printable(request_.workflow)),
                      "name a workflow that it executed, or none");
  const Result<RecordedCase> made = recorded_case(tree, {}, false, scene());
  if (!made.ok()) throw usage_error(format("no case can be made of execution {}: {}", id, made.failure().text));
  keep(*made);
}

bool Recording::executes(const StoredTree& tree, const std::string& workflow) {
  for (const StoredExecution& one : tree.members)
    if (one.seen.workflow == workflow) return true;
  return false;
}

void Recording::all_paths() {
  StoredRuns runs;
  {
    terminal::Progress progress(request_.environment + ": reading");
    runs = stored_since(session_.api(), std::time(nullptr) - request_.since.count(),
                        [&progress](std::string_view what) { progress.update(what); });
  }
  for (const std::string& note : runs.notes) say(note);
  const RecordingScene made_with = scene();
  for (std::size_t i = 0; i < runs.trees.size(); ++i) {
    const StoredTree& tree = runs.trees[i];
    if (known_.contains(path_key(tree))) {
      ++repeated_;
      continue;
    }
    std::vector<const StoredTree*> earlier;
    bool later = false;
    const std::string id = message_id_in(tree);
    for (std::size_t other = 0; other < runs.trees.size() && !id.empty(); ++other) {
      if (other == i || message_id_in(runs.trees[other]) != id) continue;
      if (other < i) earlier.push_back(&runs.trees[other]);
      later = later || other > i;
    }
    const Result<RecordedCase> made = recorded_case(tree, earlier, later, made_with);
    known_.insert(path_key(tree));
    if (!made.ok()) {
      ++refused_[made.failure().text];
    } else if (path_key(tree) != path_key(made->test) && !known_.insert(path_key(made->test)).second) {
      ++repeated_;  // but for what the files no longer have
    } else {
      keep(*made);
    }
  }
}

void Recording::keep(const RecordedCase& made) {
  RecordedCase one = made;
  if (request_.texts == Texts::redact) {
    for (const char* key : {"webhook_data", "before"})
      if (Tree* part = one.test.find(key)) scrambler_.apply(*part);
    if (Tree* mocks = one.test.find("mocks")) scrambler_.apply_to_mocks(*mocks);
  }
  for (const std::string& note : one.notes)
    say(format("{}: {}", text::printable(one.test["test_name"].string()), note));
  cases_.push_back(std::move(one));
}

ExitCode Recording::nothing() {
  tell_refused();
  if (repeated_ > 0) {
    terminal::print(Channel::out, format("{}: nothing new: {} took paths that cases take already", request_.environment,
                                         text::counted(repeated_, "execution")));
    return ExitCode::passed;
  }
  for (const std::string& line : not_kept(session_.api(), content_.workflows)) say(line);
  throw Error(ExitCode::blocked,
              format("{} has no execution in that time of which a case can be made", request_.environment),
              "send messages first; n8n keeps executions when saveDataSuccessExecution and saveDataErrorExecution are "
              "all, for EXECUTIONS_DATA_MAX_AGE hours");
}

void Recording::confirm() const {
  if (request_.environment != "prod") return;
  const std::string wanted = "prod:record";
  if (environment::get("KAIRON_APPROVE").value_or("") == wanted) return;
  terminal::print(
      Channel::err,
      format("{} with messages and answers of production will be written into the work tree{}",
             text::counted(cases_.size(), "case"),
             request_.texts == Texts::redact ? ", their texts replaced" : "; --redact replaces their texts"));
  for (const RecordedCase& one : cases_)
    terminal::print(Channel::err, "  " + text::printable(one.test["test_name"].string()));
  const auto answer = terminal::ask("Type prod to write them: ");
  if (answer && text::trim(*answer) == "prod") return;
  throw Error(ExitCode::blocked, "writing messages of production was not confirmed",
              "type prod on a terminal, or set KAIRON_APPROVE=" + wanted);
}

std::string Recording::file_of(const std::string& workflow) const {
  for (const n8n::Local& local : content_.workflows)
    if (local.name == workflow)
      return format("{}/recorded_{}", case_folder(source_.top(), settings_),
                    std::filesystem::path(local.path).filename().string());
  return {};
}

void Recording::write() {
  std::map<std::string, std::vector<Tree>> files;
  for (RecordedCase& one : cases_) files[file_of(one.workflow)].push_back(std::move(one.test));
  for (auto& [path, cases] : files) {
    const std::size_t count = cases.size();
    append_cases(path, std::move(cases));
    terminal::print(Channel::out,
                    format("{}: {} written", std::filesystem::path(path).lexically_relative(source_.top()).string(),
                           text::counted(count, "case")));
  }
  tell_refused();
  if (repeated_ > 0) say(format("{} took paths that cases take already", text::counted(repeated_, "execution")));
  terminal::print(Channel::out, "next: kairon smoke local, or kairon deploy dev and kairon smoke dev");
}

}  // namespace

ExitCode record(git::GitSource& source, const config::Settings& settings, const RecordRequest& request) {
  return Recording(source, settings, request).run();
}

}  // namespace kairon::smoke
