#include "git/process_source.h"

#include <algorithm>
#include <future>
#include <set>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "git/index_header.h"
#include "git/raw_diff.h"

namespace kairon::git {

namespace {

/// The blob of an empty file, which is what `git add --intent-to-add` puts into the index.
constexpr std::string_view kEmptyBlobSha1 = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
constexpr std::string_view kEmptyBlobSha256 = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";

bool may_be_intent(const Entry& entry) { return entry.oid == kEmptyBlobSha1 || entry.oid == kEmptyBlobSha256; }

/// "--" and the folders as pathspecs from the top, wherever we are (gitglossary(7), "pathspec").
void append_pathspecs(std::vector<std::string>& arguments, std::span<const std::string> folders) {
  arguments.emplace_back("--");
  const std::vector<std::string> cleaned = clean_folders(folders);
  for (const std::string& folder : cleaned) arguments.push_back(":(top,literal)" + folder);
  if (cleaned.empty()) arguments.emplace_back(":(top)");
}

Error unexpected(std::string_view command) {
  return environment_error(format("git {} answers in a form that is not understood", command),
                           "git --version: at least 2.30 is needed");
}

std::string without_line_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

/// A revision is an argument: one that begins with a dash would be an option.
const std::string& checked(const std::string& revision) {
  if (revision.empty() || revision.front() == '-' || revision.find('\0') != std::string::npos) {
    throw environment_error(format("'{}' is not a valid revision", text::printable(revision)));
  }
  return revision;
}

/// The failure to give back for what a partial clone left out.
Failure left_out(const Oid& oid) {
  return {format("object {} is not in this partial clone, and a commit uses no network", oid),
          format("git cat-file -e {} fetches it, git fetch --refetch --no-filter all that is missing (git 2.36)", oid)};
}

/// The failure to give back when git did not answer about a blob; throws where it says that something is broken.
Failure why_not(const Oid& oid, const std::vector<std::string>& arguments, const process::Outcome& outcome) {
  if (!GitProcess::wanted_to_fetch(outcome)) throw GitProcess::failed(arguments, outcome);
  return left_out(oid);
}

std::optional<ObjectType> object_type_named(std::string_view name) {
  if (name == "commit") return ObjectType::commit;
  if (name == "tree") return ObjectType::tree;
  if (name == "blob") return ObjectType::blob;
  return name == "tag" ? std::optional(ObjectType::tag) : std::nullopt;
}

/// "--not --glob=..." for the refs that are known.
void append_known(std::vector<std::string>& arguments, std::span<const std::string> prefixes) {
  if (prefixes.empty()) return;
  arguments.emplace_back("--not");
  for (const std::string& prefix : prefixes) {
    std::string pattern;
    for (const char c : prefix) {
      if (std::string_view("*?[\\").find(c) != std::string_view::npos) pattern += '\\';
      pattern += c;
    }
    arguments.push_back("--glob=" + pattern + "*");
  }
}

std::string common_dir_of(const std::string& git_dir) {
  const Result<std::string> link = file::read(git_dir + "/commondir", 4096 * 4);
  if (!link.ok()) return git_dir;
  const std::string target = without_line_end(*link);
  return real_path(target.starts_with('/') ? target : git_dir + "/" + target);
}

}  // namespace

ProcessSource::ProcessSource(Places places) : places_(std::move(places)), git_(places_.start, places_.network) {}

std::unique_ptr<ProcessSource> ProcessSource::find(const std::string& start, Network network) {
  const GitProcess git(start);
  const process::Outcome found = git.run({"rev-parse", "--absolute-git-dir"});
  if (!found.ok()) {
    if (text::contains(found.errors, "not a git repository") && !has_repository_traces(start)) return nullptr;
    throw GitProcess::failed({"rev-parse"}, found);
  }
  Places places;
  places.start = start;
  places.network = network;
  places.git_dir = real_path(without_line_end(found.output));
  places.common_dir = common_dir_of(places.git_dir);
  // Fails in a bare repository and inside the git dir, which have no work tree.
  const process::Outcome top = git.run({"rev-parse", "--show-toplevel"});
  if (top.ok()) places.top = real_path(without_line_end(top.output));
  return std::make_unique<ProcessSource>(std::move(places));
}

process::Outcome ProcessSource::run_on_index(const std::vector<std::string>& arguments) const {
  // On an index of 100,000 entries the checksum costs as much as git's own work.
  const std::string index = index_path(places_.git_dir);
  std::future<Result<void>> checked_beside = std::async(std::launch::async, [&index] { return verify_index(index); });
  process::Outcome outcome = git_.run(arguments);
  const Result<void> verified = checked_beside.get();
  if (!verified.ok()) {
    throw environment_error(verified.failure().text,
                            "move that file away, then `git reset` rebuilds the index from HEAD");
  }
  return outcome;
}

bool ProcessSource::head_is_unborn() const {
  const process::Outcome commit = git_.run({"rev-parse", "--verify", "--quiet", "HEAD"});
  const process::Outcome name = git_.run({"symbolic-ref", "--quiet", "HEAD"});
  if (commit.ok() || !commit.errors.empty() || !name.ok()) return false;
  // A ref that exists and is broken is listed with a warning; one that does not exist is not.
  const process::Outcome listed = git_.run({"for-each-ref", "--", without_line_end(name.output)});
  return listed.ok() && listed.output.empty() && listed.errors.empty();
}

const std::string& ProcessSource::empty_tree() {
  if (empty_tree_.empty()) {
    empty_tree_ = without_line_end(git_.must({"hash-object", "-t", "tree", "--stdin"}, std::string()));
  }
  return empty_tree_;
}

std::string ProcessSource::tree_of(const std::string& revision) {
  return revision.empty() ? empty_tree() : checked(revision) + "^{tree}";
}

std::vector<Change> ProcessSource::changes(std::vector<std::string> arguments, std::span<const std::string> folders) {
  append_pathspecs(arguments, folders);
  std::optional<std::vector<Change>> parsed = parse_raw_diff(git_.must(arguments));
  if (!parsed) throw unexpected(arguments.front());
  return std::move(*parsed);
}

std::vector<Entry> ProcessSource::index_entries(std::span<const std::string> folders) {
  std::vector<std::string> arguments = {"ls-files", "--stage", "-z", "--full-name"};
  append_pathspecs(arguments, folders);
  const process::Outcome listed = run_on_index(arguments);
  if (!listed.ok()) throw GitProcess::failed(arguments, listed);
  std::optional<std::vector<Entry>> entries = parse_stages(listed.output);
  if (!entries) throw unexpected("ls-files");
  if (std::any_of(entries->begin(), entries->end(), may_be_intent)) {
    arguments.insert(arguments.begin() + 1, "--debug");
    const auto intents = parse_intents(git_.must(arguments));
    if (!intents) throw unexpected("ls-files --debug");
    const std::set<std::string> hidden(intents->begin(), intents->end());
    std::erase_if(*entries, [&hidden](const Entry& entry) { return hidden.contains(entry.path); });
  }
  return std::move(*entries);
}

std::optional<Oid> ProcessSource::kept_tree() {
  const auto head = resolve_commit("HEAD");
  constexpr std::size_t kSha1Digits = 40;
  return index_tree(index_path(places_.git_dir), head ? head->size() : kSha1Digits);
}

Oid ProcessSource::staged_tree() {
  Oid tree = without_line_end(git_.must({"write-tree"}));
  if (!is_oid(tree)) throw unexpected("write-tree");
  return tree;
}

std::vector<Change> ProcessSource::staged_changes(std::span<const std::string> folders) {
  std::vector<std::string> arguments = {"diff-index",
                                        "--cached",
                                        "--raw",
                                        "-z",
                                        "--no-abbrev",
                                        "--no-renames",
                                        "--no-ext-diff",
                                        "--ignore-submodules=none",
                                        "--ita-invisible-in-index"};
  std::vector<std::string> against_head = arguments;
  against_head.emplace_back("HEAD");
  append_pathspecs(against_head, folders);
  const process::Outcome outcome = run_on_index(against_head);
  if (outcome.ok()) {
    std::optional<std::vector<Change>> parsed = parse_raw_diff(outcome.output);
    if (!parsed) throw unexpected("diff-index");
    return std::move(*parsed);
  }
  if (!head_is_unborn()) throw GitProcess::failed(against_head, outcome);
  arguments.push_back(empty_tree());
  return changes(std::move(arguments), folders);
}

std::vector<Entry> ProcessSource::tree_entries(const std::string& revision, std::span<const std::string> folders) {
  std::vector<Entry> entries;
  for (Change& change : tree_changes("", revision, folders)) entries.push_back(std::move(change.after));
  return entries;
}

std::vector<Change> ProcessSource::tree_changes(const std::string& from, const std::string& to,
                                                std::span<const std::string> folders) {
  return changes({"diff-tree", "-r", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff",
                  "--ignore-submodules=none", tree_of(from), tree_of(to)},
                 folders);
}

Result<std::string> ProcessSource::read_blob(const Oid& oid, std::size_t limit) {
  Result<RawObject> object = read_typed(oid, limit, ObjectType::blob);
  if (!object.ok()) return object.failure();
  return std::move(object->content);
}

Result<RawObject> ProcessSource::read_object(const Oid& oid, std::size_t limit) {
  return read_typed(oid, limit, std::nullopt);
}

Result<RawObject> ProcessSource::read_typed(const Oid& oid, std::size_t limit, std::optional<ObjectType> wanted) {
  if (!is_oid(oid)) return Failure{format("'{}' is not an object id", text::printable(oid))};
  if (!cat_file_) cat_file_.emplace(git_.cat_file());
  const std::optional<std::string> header = cat_file_->send(oid + "\n") ? cat_file_->read_line() : std::nullopt;
  if (!header) {
    cat_file_.reset();
    return why_not(oid, {"cat-file"}, git_.run({"cat-file", "blob", oid}));
  }
  const std::vector<std::string_view> words = text::split(*header, ' ');
  if (words.size() != 3) {
    // "missing" is also what git says of an object that exists and is damaged; only its stderr differs.
    const process::Outcome check = git_.run({"cat-file", "-t", oid});
    if (!text::contains(check.errors, "error:") && !GitProcess::wanted_to_fetch(check)) {
      // From 2.44 on, git does not say that it would have fetched.
      if (git_.run({"config", "--get-regexp", "^remote\\..*\\.promisor$", "true"}).ok()) return left_out(oid);
      return Failure{format("object {} is missing", oid), "git fetch, or git fsck to see what else is"};
    }
    return why_not(oid, {"cat-file"}, check);
  }
  const std::size_t size = std::stoull(std::string(words[2]));
  const std::optional<ObjectType> type = object_type_named(words[1]);
  const bool other = !type || (wanted && *wanted != *type);
  if (size > limit || other) {
    cat_file_->abandon();
    cat_file_.reset();
    if (other) return Failure{format("object {} is a {}, not a file", oid, words[1])};
    return file::too_large(limit);
  }
  std::optional<std::string> content = cat_file_->read_exactly(size + 1);
  if (!content) {
    cat_file_.reset();
    throw GitProcess::failed({"cat-file"}, git_.run({"cat-file", "blob", oid}));
  }
  content->pop_back();
  return RawObject{*type, std::move(*content)};
}

std::optional<Oid> ProcessSource::resolve_commit(const std::string& revision) {
  if (revision.empty() || revision.front() == '-') return std::nullopt;
  const std::vector<std::string> arguments = {"rev-parse", "--verify", "--quiet", revision + "^{commit}"};
  const process::Outcome outcome = git_.run(arguments);
  if (outcome.ok()) return without_line_end(outcome.output);
  if (outcome.status != 1 && !outcome.errors.empty()) throw GitProcess::failed(arguments, outcome);
  return std::nullopt;
}

std::vector<Oid> ProcessSource::known_commits(std::span<const Oid> oids) const {
  std::string questions;
  for (const Oid& oid : oids) {
    if (is_oid(oid)) questions += oid + "^{commit}\n";
  }
  std::vector<Oid> known;
  if (questions.empty()) return known;
  const std::string answers =
      git_.must({"cat-file", "--batch-check=%(objectname) %(objecttype)"}, std::move(questions));
  for (const std::string_view line : text::lines(answers)) {
    if (line.ends_with(" commit")) known.emplace_back(line.substr(0, line.find(' ')));
  }
  return known;
}

std::vector<NewCommit> ProcessSource::new_history(std::span<const std::string> tips, const Known& known) {
  std::string revisions;
  for (const std::string& tip : tips) revisions += checked(tip) + "^{commit}\n";
  for (const Oid& oid : known_commits(known.commits)) revisions += "^" + oid + "\n";
  std::vector<std::string> arguments = {"rev-list", "--date-order", "--parents", "--stdin"};
  append_known(arguments, known.refs);
  std::vector<NewCommit> commits;
  const std::string listed = git_.must(arguments, std::move(revisions));
  for (const std::string_view line : text::lines(listed)) {
    const std::vector<std::string_view> words = text::split(line, ' ');
    if (!std::all_of(words.begin(), words.end(), is_oid)) throw unexpected("rev-list");
    commits.push_back({Oid(words[0]), words.size() > 1 ? Oid(words[1]) : Oid()});
  }
  return commits;
}

namespace {

/// "example.org/a/b" for https://example.org/a/b.git, ssh://git@example.org/a/b and git@example.org:a/b.git: people
/// fetch by one protocol and push by another.
std::string place_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const bool has_scheme = scheme != std::string_view::npos;
  std::string place(has_scheme ? url.substr(scheme + 3) : url);
  const std::size_t end = place.find('/');
  if (const std::size_t at = place.substr(0, end).find('@'); at != std::string::npos) place.erase(0, at + 1);
  const std::size_t colon = place.find(':');
  if (!has_scheme && colon != std::string::npos && colon < place.find('/')) place[colon] = '/';
  while (place.ends_with('/')) place.pop_back();
  if (place.ends_with(".git")) place.resize(place.size() - 4);
  return place;
}

bool is_same_place(std::string_view a, std::string_view b) { return a == b || place_of(a) == place_of(b); }

}  // namespace

std::vector<std::string> ProcessSource::remotes_with_url(const std::string& url) {
  std::vector<std::string> found;
  const process::Outcome remotes = git_.run({"remote"});
  for (const std::string_view name : text::lines(remotes.output)) {
    const process::Outcome urls = git_.run({"remote", "get-url", "--all", "--", std::string(name)});
    const std::vector<std::string_view> lines = text::lines(urls.output);
    const auto is_it = [&url](std::string_view one) { return is_same_place(one, url); };
    if (urls.ok() && std::any_of(lines.begin(), lines.end(), is_it)) found.emplace_back(name);
  }
  return found;
}

std::vector<NewObject> ProcessSource::new_objects(std::span<const Oid> tips, const Known& known) {
  std::string revisions;
  for (const Oid& tip : tips) revisions += checked(tip) + "\n";
  for (const Oid& oid : known_commits(known.commits)) revisions += "^" + oid + "\n";
  std::vector<std::string> arguments = {"rev-list", "--objects", "--in-commit-order", "--reverse", "--stdin"};
  append_known(arguments, known.refs);
  const std::string listed = git_.must(arguments, std::move(revisions));
  std::vector<NewObject> objects;
  Oid commit;
  for (const std::string_view line : text::lines(listed)) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string_view oid = line.substr(0, blank);
    if (!is_oid(oid)) throw unexpected("rev-list");
    // A line of a commit or tag holds the id alone; a tree or blob has a path after it, which may be empty.
    if (blank == line.size()) commit = oid;
    objects.push_back({Oid(oid), std::string(line.substr(std::min(blank + 1, line.size()))), commit});
  }
  return objects;
}

std::vector<Oid> ProcessSource::parents(const Oid& commit) {
  std::vector<Oid> out;
  const std::string line = git_.must({"rev-list", "--parents", "--max-count=1", checked(commit) + "^{commit}", "--"});
  const std::vector<std::string_view> words = text::split(text::trim(line), ' ');
  for (std::size_t i = 1; i < words.size(); ++i) out.emplace_back(words[i]);
  return out;
}

std::optional<Oid> ProcessSource::merge_base(const Oid& a, const Oid& b) {
  const std::vector<std::string> arguments = {"merge-base", checked(a), checked(b)};
  const process::Outcome outcome = git_.run(arguments);
  if (outcome.ok()) return without_line_end(outcome.output);
  if (outcome.status == 1) return std::nullopt;
  throw GitProcess::failed(arguments, outcome);
}

std::string ProcessSource::head_ref() {
  const std::vector<std::string> arguments = {"symbolic-ref", "--quiet", "HEAD"};
  const process::Outcome outcome = git_.run(arguments);
  if (outcome.ok()) return without_line_end(outcome.output);
  if (outcome.status == 1) return "";
  throw GitProcess::failed(arguments, outcome);
}

std::string ProcessSource::raw_config(const std::string& pattern) const {
  const std::vector<std::string> arguments = {"config",        "--null",       "--show-scope",
                                              "--show-origin", "--get-regexp", pattern};
  const process::Outcome outcome = git_.run(arguments);
  if (outcome.status > 1) throw GitProcess::failed(arguments, outcome);
  return outcome.output;
}

}  // namespace kairon::git
