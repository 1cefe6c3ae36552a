#include "check/outgoing.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "git/parts.h"
#include "lint/support/search.h"
#include "lint/support/secrets.h"

namespace kairon::check {

namespace {

using lint::Finding;

/// What is larger is searched part by part.
constexpr std::size_t kLargestObject = std::size_t{256} << 20U;
constexpr std::size_t kShownDigits = 10;

/// Returns the message of a commit or tag: the text after its headers.
std::size_t message_begin(std::string_view content) {
  const std::size_t end = content.find("\n\n");
  return end == std::string_view::npos ? 0 : end + 2;
}

/// The files of a raw tree object: "MODE NAME\0" and the id in binary.
struct TreeFile {
  std::string_view name;
  std::string_view id;
};

std::vector<TreeFile> tree_files(std::string_view content, std::size_t id_size) {
  std::vector<TreeFile> files;
  while (!content.empty()) {
    const std::size_t blank = content.find(' ');
    const std::size_t nul = content.find('\0');
    if (blank == std::string_view::npos || nul == std::string_view::npos || blank > nul) return files;
    files.push_back({content.substr(blank + 1, nul - blank - 1), content.substr(nul + 1, id_size)});
    content.remove_prefix(std::min(content.size(), nul + 1 + id_size));
  }
  return files;
}

std::string hex_id(std::string_view raw) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : raw) {
    out += kDigits[static_cast<unsigned char>(c) >> 4U];
    out += kDigits[static_cast<unsigned char>(c) & 0xFU];
  }
  return out;
}

/// A path may be the secret itself: four characters of it are shown.
std::string shown_path(std::string path) {
  constexpr std::size_t kShown = 4;
  const std::vector<lint::Secret> secrets = lint::find_secrets(path);
  for (auto secret = secrets.rbegin(); secret != secrets.rend(); ++secret) {
    const std::size_t length = secret->match.end - secret->match.begin;
    path.replace(secret->match.begin + std::min(kShown, length), length - std::min(kShown, length), "...");
  }
  return path;
}

class Search {
 public:
  Search(git::GitSource& source, const config::Settings& settings, const OutgoingRequest& request)
      : source_(source), settings_(settings), request_(request) {}

  std::vector<Finding> go() {
    terminal::Progress progress("kairon: searching what leaves for secrets");
    const std::vector<git::NewObject> objects = source_.new_objects(request_.tips, request_.known);
    std::size_t done = 0;
    for (const git::NewObject& object : objects) {
      signals::check();
      progress.update(format("{} of {} objects", ++done, objects.size()));
      search(object);
    }
    return folded();
  }

 private:
  /// Each version of a file holds its secrets again: one finding says how many.
  std::vector<Finding> folded() {
    for (const auto& [what, repeats] : repeats_) {
      Finding& finding = findings_[repeats.first];
      if (repeats.count == 0) continue;
      finding.message.text += repeats.count == 1 ? std::string("; a later version has it too")
                                                 : format("; {} later versions have it too", repeats.count);
    }
    return std::move(findings_);
  }

  void search(const git::NewObject& object) {
    if (request_.judged.contains(object.oid + object.path)) return;
    auto read = source_.read_object(object.oid, kLargestObject);
    if (!read.ok()) {
      if (read.failure().text == file::too_large(kLargestObject).text) return search_parts(object);
      throw unreadable(object, read.failure());
    }
    switch (read->type) {
      case git::ObjectType::commit:
        return search_message("commit", object, read->content);
      case git::ObjectType::tag:
        return search_message("tag", object, read->content);
      case git::ObjectType::tree:
        return search_tree(object, read->content);
      case git::ObjectType::blob:
        return add(search_blob(object.path, read->content), object);
    }
  }

  static Error unreadable(const git::NewObject& object, const Failure& failure) {
    return environment_error(format("cannot search {} of commit {}: {}", text::printable(object.path),
                                    object.commit.substr(0, kShownDigits), failure.text),
                             failure.remedy.empty() ? "run: git fsck" : failure.remedy);
  }

  /// A file that does not fit into memory.
  void search_parts(const git::NewObject& object) {
    constexpr std::size_t kPart = std::size_t{4} << 20U;
    lint::PartSearch search(object.path.empty() ? "blob" : object.path);
    const Result<void> read = git::read_parts(source_, object.oid, kPart, [&search](std::string_view part) {
      signals::check();
      search.take(part);
    });
    if (!read.ok()) throw unreadable(object, read.failure());
    add(search.finish(), object);
  }

  /// Headers are searched too (names, signatures), but lines count from the message on.
  void search_message(std::string_view what, const git::NewObject& object, std::string_view content) {
    const std::string path = format("{} {}", what, object.oid.substr(0, kShownDigits));
    const std::size_t begin = message_begin(content);
    for (const std::string_view part : {content.substr(0, begin), content.substr(begin)}) {
      for (Finding& finding : lint::search_bytes(part, path)) {
        finding.message.remedy = format("rewrite the {} before it is pushed, and change what was given away", what);
        findings_.push_back(std::move(finding));
      }
    }
  }

  void search_tree(const git::NewObject& object, std::string_view content) {
    const std::string folder = object.path.empty() ? std::string() : object.path + "/";
    for (const TreeFile& file : tree_files(content, object.oid.size() / 2)) {
      const std::string path = folder + std::string(file.name);
      add(lint::search_bytes(file.name, path), object);
      // The blob may have been met under another name, where its values look like examples.
      if (!lint::is_env_file(path)) continue;
      const git::Oid oid = hex_id(file.id);
      auto read = source_.read_object(oid, kLargestObject);
      if (read.ok() && env_files_.insert(oid).second) add(lint::search_bytes(read->content, path), object);
    }
  }

  [[nodiscard]] std::vector<Finding> search_blob(const std::string& path, const std::string& content) const {
    if (lint::is_env_file(path)) return {};  // its tree did it
    if (settings_.is_workflow_path(path)) return lint::search_workflow(content, path);
    if (settings_.is_migration_path(path)) return lint::search_migration(content, path);
    return lint::search_bytes(content, path.empty() ? "blob" : path);
  }

  void add(std::vector<Finding> findings, const git::NewObject& object) {
    for (Finding& finding : findings) {
      finding.path = shown_path(std::move(finding.path));
      const auto [repeats, fresh] =
          repeats_.try_emplace(finding.rule + "\n" + finding.path + "\n" + finding.node + "\n" + finding.message.text,
                               Repeats{findings_.size(), 0});
      if (!fresh) {
        ++repeats->second.count;
        continue;
      }
      if (!object.commit.empty())
        finding.message.text += format(" (in commit {})", object.commit.substr(0, kShownDigits));
      finding.message.remedy =
          "it would reach the remote with the history: rewrite that commit (git rebase -i), and change what was given "
          "away";
      findings_.push_back(std::move(finding));
    }
  }

  git::GitSource& source_;
  const config::Settings& settings_;
  const OutgoingRequest& request_;
  struct Repeats {
    std::size_t first = 0;  ///< index in findings_
    std::size_t count = 0;
  };

  std::unordered_set<std::string> env_files_;
  std::unordered_map<std::string, Repeats> repeats_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> search_outgoing(git::GitSource& source, const config::Settings& settings,
                                     const lint::Ruleset& ruleset, const OutgoingRequest& request) {
  if (request.tips.empty()) return {};
  std::vector<Finding> findings = Search(source, settings, request).go();
  ruleset.apply(findings);
  return findings;
}

}  // namespace kairon::check
