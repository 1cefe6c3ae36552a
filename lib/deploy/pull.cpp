#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "deploy/environment_run.h"
#include "deploy/plan.h"
#include "n8n/credentials.h"
#include "n8n/references.h"
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
                  const std::vector<n8n::Tree>& remotes) {
  std::map<std::string, std::string> ids;
  for (const n8n::Local& local : content.workflows) ids[local.name] = local.id;
  const NameOf name_of = server_names(remotes);
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

}  // namespace

ExitCode pull_workflow(const DeployScene& scene, const std::string& environment, const std::string& name,
                       const ChangeWords& words) {
  if (environment == "dev") throw usage_error("what runs on dev is a changed version", "pull from staging or prod");
  target::DeploySession session(target::required_target(scene.settings, environment));
  const std::vector<n8n::Tree> remotes = session.api().workflows_when_ready();
  const auto is_it = [&name](const n8n::Tree& one) {
    return one["name"].string() == name && !one["isArchived"].boolean_or(false);
  };
  const auto found = std::find_if(remotes.begin(), remotes.end(), is_it);
  if (found == remotes.end()) throw usage_error(format("{} has no workflow '{}'", environment, name));
  if (std::count_if(remotes.begin(), remotes.end(), is_it) > 1)
    throw usage_error(format("{} has more than one workflow '{}'", environment, name), "rename one of them in n8n");
  const auto& files = scene.content.workflows;
  const auto old =
      std::find_if(files.begin(), files.end(), [&](const n8n::Local& local) { return local.name == name; });
  const n8n::Local* file = old == files.end() ? nullptr : &*old;
  const std::string folder = files.front().path.substr(0, files.front().path.rfind('/') + 1);
  if (file == nullptr && name.find('/') != std::string::npos)
    throw usage_error("the name has a slash, so it cannot be a file name", "rename the workflow in n8n");
  const std::string path = file != nullptr ? file->path : folder + name + ".json";
  n8n::Tree remote = *found;
  const n8n::Reply whole = session.api().workflow(remote["id"].string());  // the list has no description
  if (whole.ok() && whole.json.has("description")) remote.set("description", whole.json["description"]);
  const std::string text = as_file(remote, file, scene.content, remotes).dump(json::Writer::Style::pretty) + "\n";
  const Result<std::string> before =
      file == nullptr ? Result<std::string>(std::string()) : file::read(scene.source.top() + "/" + path);
  const Result<void> written = file::write_atomic(scene.source.top() + "/" + path, text);
  if (!written.ok()) throw environment_error(path + ": " + written.failure().text);
  terminal::print(terminal::Channel::out,
                  format("{}: taken from {}; look at git diff, then commit it", path, environment));
  if (words.whole && before.ok()) terminal::write(terminal::Channel::out, words.whole(path, *before, text));
  return ExitCode::passed;
}

}  // namespace kairon::deploy
