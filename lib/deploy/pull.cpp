#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "deploy/environment_run.h"
#include "deploy/kept_form.h"
#include "deploy/plan.h"
#include "n8n/credentials.h"
#include "n8n/references.h"
#include "repository/snapshot.h"
#include "target/session.h"

namespace kairon::deploy {

namespace {

// In the file's own form where they are the same.
n8n::Tree tags_for(const n8n::Tree& remote, const n8n::Local* old) {
  const std::vector<std::string> names = n8n::tag_names(remote);
  if (old != nullptr && n8n::tag_names(old->tree) == names) return old->tree["tags"];
  n8n::Tree tags = n8n::Tree::array();
  for (const std::string& name : names) {
    n8n::Tree tag = n8n::Tree::object();
    tag.set("name", name);
    tags.push(std::move(tag));
  }
  return tags;
}

// The file keeps its own ids, so that the rest of the repository still refers to it.
n8n::Tree as_file(const n8n::Tree& remote, const n8n::Local* old, const repository::DeployContent& content,
                  const NameOf& name_of) {
  std::map<std::string, std::string> ids;
  for (const n8n::Local& local : content.workflows) ids[local.name] = local.id;
  n8n::Tree body = n8n::sanitised(remote, n8n::Dialect::two);
  n8n::rewrite_references(body, [&](const n8n::Reference& reference) -> std::optional<n8n::Callee> {
    const std::string name = name_of(reference);
    const auto own = ids.find(name);
    if (own == ids.end() || own->second.empty()) return std::nullopt;
    return n8n::Callee{own->second, reference.cached_name.empty() ? "" : name};
  });
  n8n::rewrite_credentials(body, [](const n8n::CredentialUse& use) { return n8n::Credential{"", use.name, use.type}; });
  n8n::Tree file = n8n::Tree::object();
  if (old != nullptr && !old->id.empty()) file.set("id", old->id);
  if (old == nullptr) file.set("id", remote["id"]);  // what is pulled later refers to it so
  file.set("name", body["name"]);
  file.set("active", n8n::Tree::boolean(remote["active"].boolean_or(false)));
  for (const char* key : {"nodes", "connections", "settings"}) file.set(key, body[key]);
  if (n8n::Tree tags = tags_for(remote, old); !tags.empty()) file.set("tags", std::move(tags));
  const n8n::Tree extras = n8n::extras_of(remote);
  for (const auto& [key, value] : extras.members()) file.set(key, value);
  const bool takes_extras = remote.has("nodeGroups") && remote.has("description");
  if (old != nullptr)  // what the API does not give
    for (const std::string_view key : {"description", "nodeGroups", "parentFolder"})
      if (const n8n::Tree* kept = old->tree.find(key); kept != nullptr && !file.has(key))
        if (key == "parentFolder" || !takes_extras) file.set(key, *kept);
  return file;
}

/// Work that no commit holds would be lost without a trace.
void require_committed(git::GitSource& source, const std::string& path) {
  const Result<std::string> here = file::read(source.top() + "/" + path);
  if (!here.ok()) return;
  const auto head = source.resolve_commit("HEAD");
  const auto committed = head ? repository::read_tree_file(source, *head, path) : std::nullopt;
  const auto plain = [](const std::string& text) { return text::replace_all(text, "\r\n", "\n"); };
  if (committed && plain(*committed) == plain(*here)) return;
  throw Error(ExitCode::blocked, format("{} has changes that are not committed", text::printable(path)),
              "commit or stash them, or pull with --overwrite, which drops them");
}

std::string workflow_folder(const DeployScene& scene) {
  const auto& files = scene.content.workflows;
  const std::string from = files.empty() ? scene.settings.workflow_globs().front() : files.front().path;
  const std::size_t slash = from.rfind('/', from.find_first_of("*?["));
  return slash == std::string::npos ? "" : from.substr(0, slash + 1);
}

/// The workflow as the server shows it.
n8n::Tree read_remote(n8n::Api& api, const n8n::Tree& listed, const std::string& environment) {
  n8n::Tree remote = listed;
  const n8n::Reply whole = api.workflow(remote["id"].string());  // the list has no description
  if (whole.ok() && whole.json.has("description")) remote.set("description", whole.json["description"]);
  if (n8n::has_unpublished_draft(remote) || (whole.ok() && n8n::has_unpublished_draft(whole.json)))
    terminal::print(terminal::Channel::err,
                    format("note: {} has a draft of '{}' that is not published; the draft is taken", environment,
                           text::printable(remote["name"].string())));
  return remote;
}

}  // namespace

ExitCode pull_workflow(const DeployScene& scene, const std::string& environment, const std::string& name,
                       const DeployFlags& flags) {
  if (environment == "dev") throw usage_error("what runs on dev is a changed version", "pull from staging or prod");
  const auto& files = scene.content.workflows;
  const auto old =
      std::find_if(files.begin(), files.end(), [&](const n8n::Local& local) { return local.name == name; });
  const n8n::Local* file = old == files.end() ? nullptr : &*old;
  if (file != nullptr && !flags.overwrite) require_committed(scene.source, file->path);
  target::DeploySession session(target::required_target(scene.settings, environment));
  const std::vector<n8n::Tree> remotes = session.api().workflows_when_ready();
  const auto is_it = [&name](const n8n::Tree& one) {
    return one["name"].string() == name && !one["isArchived"].boolean_or(false);
  };
  const auto found = std::find_if(remotes.begin(), remotes.end(), is_it);
  const std::string shown = text::printable(name);
  if (found == remotes.end()) throw usage_error(format("{} has no workflow '{}'", environment, shown));
  if (std::count_if(remotes.begin(), remotes.end(), is_it) > 1)
    throw usage_error(format("{} has more than one workflow '{}'", environment, shown), "rename one of them in n8n");
  const std::string top = scene.source.top() + "/";
  const std::string path =
      file != nullptr
          ? file->path
          : free_path(workflow_folder(scene), name, [&top](const std::string& one) { return file::exists(top + one); });
  const n8n::Tree remote = read_remote(session.api(), *found, environment);
  const n8n::Tree wanted = as_file(remote, file, scene.content, server_names(remotes));
  const Result<std::string> before =
      file == nullptr ? Result<std::string>(std::string()) : file::read(top + path, json::kMaxBytes);
  std::string text = wanted.dump(json::Writer::Style::pretty) + "\n";
  if (file != nullptr && before.ok()) {
    const NameOf no_name = [](const n8n::Reference&) { return std::string(); };
    text = kept_form(*before, as_file(file->tree, file, scene.content, no_name), wanted);
  }
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(top + path).parent_path(), failed);
  const Result<void> written = file::write_atomic(top + path, text);
  if (!written.ok()) throw environment_error(text::printable(path) + ": " + written.failure().text);
  terminal::print(terminal::Channel::out,
                  format("{}: taken from {}; look at git diff, then commit it", text::printable(path), environment));
  if (flags.words.whole && before.ok()) terminal::write(terminal::Channel::out, flags.words.whole(path, *before, text));
  return ExitCode::passed;
}

}  // namespace kairon::deploy
