#include "deploy/not_on_remote.h"

#include "base/error.h"
#include "base/format.h"
#include "base/message.h"
#include "base/terminal.h"
#include "base/text.h"
#include "base/utc.h"
#include "deploy/journal.h"
#include "json/document.h"

namespace kairon::deploy {

namespace {

constexpr const char* kNotThere = "deployed, not on remote";
constexpr const char* kThere = "on remote";

std::string line_of(const Unpushed& one, const char* result) {
  json::Writer writer;
  writer.begin_object().key("at").string(utc_now()).key("environment").string(one.environment);
  writer.key("commit").string(one.commit).key("result").string(result);
  writer.key("remote").string(one.remote).key("ref").string(one.ref);
  return writer.end_object().take();
}

// The newest mark that no other deployment has overtaken.
std::optional<Unpushed> last_mark(const Journal& journal) {
  const std::vector<std::string> history = journal.history();
  for (auto line = history.rbegin(); line != history.rend(); ++line) {
    const json::Document::Parsed parsed = json::Document::parse(*line);
    if (!parsed.document) continue;
    const json::Value entry = parsed.document->root();
    const std::string_view result = entry["result"].string();
    if (result == kThere || result == "deployed") return std::nullopt;
    if (result != kNotThere) continue;
    return Unpushed{journal.environment(), std::string(entry["commit"].string()), std::string(entry["at"].string()),
                    std::string(entry["remote"].string()), std::string(entry["ref"].string())};
  }
  return std::nullopt;
}

bool has_arrived(git::GitSource& source, const Unpushed& mark, const PushTarget* target) {
  if (!source.resolve_commit(mark.commit)) return false;
  std::vector<git::Oid> there;
  const bool same_place = target != nullptr && target->remote == mark.remote && target->pushed.remote_ref == mark.ref;
  if (same_place && !target->pushed.base.empty()) there.push_back(target->pushed.base);
  // A remote that is only an url has no tracking refs.
  const bool is_name = mark.remote.find_first_of(":/") == std::string::npos;
  return source.new_commits(mark.commit, there, is_name ? mark.remote : "").empty();
}

std::string branch_of(const Unpushed& one) {
  constexpr std::string_view kHeads = "refs/heads/";
  return one.ref.starts_with(kHeads) ? one.ref.substr(kHeads.size()) : one.ref;
}

}  // namespace

void note_not_on_remote(const std::string& common_dir, const std::string& environment, const PushTarget& target) {
  Journal(common_dir, environment)
      .note(line_of({environment, target.pushed.tip, "", target.remote, target.pushed.remote_ref}, kNotThere));
}

std::optional<Unpushed> unpushed(git::GitSource& source, const std::string& environment, const PushTarget* target) {
  Journal journal(source.common_dir(), environment);
  std::optional<Unpushed> mark = last_mark(journal);
  if (!mark || !has_arrived(source, *mark, target)) return mark;
  journal.note(line_of(*mark, kThere));
  return std::nullopt;
}

void say_unpushed(git::GitSource& source, const PushTarget* target) {
  for (const char* environment : {"staging", "prod"}) {
    const std::optional<Unpushed> one = unpushed(source, environment, target);
    if (!one) continue;
    constexpr std::size_t kShort = 12;
    const std::string commit = one->commit.substr(0, kShort);
    const std::string remote = text::printable(one->remote);
    const std::string branch = text::printable(branch_of(*one));
    terminal::print(
        terminal::Channel::err,
        rendered("kairon: ", {format("{} runs commit {} (since {}), which is deployed, not on remote: the push to {} "
                                     "did not go through",
                                     environment, commit, one->at, remote),
                              format("push it to {}, or go back to what is there: kairon deploy {} --commit {}/{}",
                                     branch, environment, remote, branch)}));
  }
}

}  // namespace kairon::deploy
