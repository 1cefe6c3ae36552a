#include "backup/restore_credentials.h"

#include <set>

#include "backup/place.h"
#include "base/file.h"
#include "base/format.h"
#include "base/input.h"
#include "base/terminal.h"
#include "base/text.h"
#include "n8n/credential_store.h"
#include "n8n/lock.h"
#include "repository/content.h"
#include "target/session.h"

namespace kairon::backup {

namespace {

using terminal::Channel;
using Key = std::pair<std::string, std::string>;  ///< type, name

/// An environment's n8n, what it has and what the workflows use.
struct Scene {
  explicit Scene(const std::string& word)
      : place(find_backup_place()),
        environment(backup_environment(place.settings, word)),
        session(target::required_target(place.settings, environment)) {
    if (!place.source) throw usage_error("kairon restore credentials works inside a git repository");
    used = n8n::used_credentials(repository::read_content(*place.source, place.settings, "").workflows);
    session.api().wait_ready();
    look();
  }
  /// Without a list every run would make them all again: n8n takes two of one name.
  void look() {
    auto known = session.api().credentials();
    const std::string& database = session.target().n8n_database;
    if (!known && database.empty())
      throw usage_error("this n8n does not list its credentials over the API, and its database is not set",
                        format("git config kairon.env-{}.n8nDatabase postgresql://user@host/n8n", environment));
    if (!known) known = n8n::credentials_in_database(database);
    present.clear();
    for (const n8n::Credential& one : *known) present.emplace(one.type, one.name);
  }
  [[nodiscard]] std::vector<Key> missing() const {
    std::vector<Key> out;
    for (const Key& key : used)
      if (present.count(key) == 0) out.push_back(key);
    return out;
  }

  BackupPlace place;
  std::string environment;
  target::DeploySession session;
  std::vector<Key> used;
  std::set<Key> present;
};

std::string read_input(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{16} << 20U;
  Result<std::string> text = path == "-" ? read_stdin(kMost) : file::read(path, kMost);
  if (!text.ok()) throw usage_error(text.failure().text, "kairon restore credentials --template prints a form");
  return std::move(*text);
}

}  // namespace

ExitCode restore_credentials(const std::string& path, const std::string& word) {
  const Result<std::vector<n8n::NewCredential>> wanted = n8n::parse_credentials(read_input(path));
  if (!wanted.ok())
    throw usage_error(format("{}: {}", path == "-" ? "stdin" : text::printable(path), wanted.failure().text),
                      wanted.failure().remedy);
  Scene scene(word);
  std::size_t made = 0;
  std::size_t kept = 0;
  std::size_t refused = 0;
  for (const n8n::NewCredential& credential : *wanted) {
    if (scene.present.count({credential.type, credential.name}) != 0) {
      ++kept;
      continue;
    }
    const Result<void> created = n8n::create_credential(scene.session.api(), credential);
    if (!created.ok()) terminal::print(Channel::err, "kairon: error: " + created.failure().text);
    refused += created.ok() ? 0 : 1;
    if (created.ok() && scene.present.emplace(credential.type, credential.name).second) ++made;
  }
  scene.look();
  const std::vector<Key> missing = scene.missing();
  for (const auto& [type, name] : missing)
    terminal::print(Channel::err,
                    format("still missing: the {} credential '{}'", text::printable(type), text::printable(name)));
  terminal::print(Channel::out,
                  format("credentials {}: {} made, {} were there{}, {} missing", scene.environment, made, kept,
                         refused == 0 ? std::string() : format(", {} refused", refused), missing.size()));
  return refused > 0 || !missing.empty() ? ExitCode::blocked : ExitCode::passed;
}

ExitCode print_credential_template(const std::string& word) {
  Scene scene(word);
  n8n::Tree list = n8n::Tree::array();
  for (const auto& [type, name] : scene.missing()) {
    n8n::Tree one = n8n::Tree::object();
    one.set("name", n8n::Tree(name));
    one.set("type", n8n::Tree(type));
    one.set("data", n8n::blank_data(scene.session.api(), type));
    list.push(std::move(one));
  }
  terminal::print(Channel::out, list.dump(json::Writer::Style::pretty));
  return ExitCode::passed;
}

}  // namespace kairon::backup
