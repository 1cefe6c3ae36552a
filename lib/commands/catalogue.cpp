#include <array>
#include <filesystem>

#include "base/arguments.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "catalogue/community_source.h"
#include "catalogue/fetch.h"
#include "catalogue/registry.h"
#include "catalogue/server.h"
#include "catalogue/store.h"
#include "commands/command.h"
#include "config/settings.h"
#include "git/source.h"
#include "http/client.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kCatalogueOptions = {
    OptionSpec{"--from", "PATH", "an installed n8n or n8n-nodes-base, or nodes.json saved from a running n8n",
               "update"},
    OptionSpec{"--n8n", "URL",
               "ask a running n8n; the account is [n8n] email and password of git config or environment", "update"},
    OptionSpec{"--npm", "VERSION",
               "fetch the node packages of that n8n from the npm registry; 1 or 2 is its newest release (default: "
               "[kairon] n8nVersion)",
               "update"},
    OptionSpec{"--community", "PACKAGE",
               "fetch the node types of a community package from the npm registry: n8n-nodes-example, or "
               "n8n-nodes-example@1.2.3",
               "update"},
    OptionSpec{"--to", "DIR", "write the index there and not to the cache", "update"},
    OptionSpec{"--as", "VERSION", "n8n's version, where the source does not tell it", "update"}};

constexpr std::array kCatalogueSubcommands = {
    Subcommand{"status", "", "List the node descriptions that are cached, and which are in force (the default)."},
    Subcommand{"update", "", "Get them from the npm registry, a running n8n or an installed one."},
};

std::string wanted_version() {
  const std::unique_ptr<git::GitSource> source = git::open();
  return config::load(source.get()).value(config::kN8nVersion);
}

template <typename T>
T required(Result<T> result) {
  if (!result.ok()) throw environment_error(result.failure());
  return std::move(*result);
}

std::string described(const catalogue::CommunityPackage& package) {
  return format("{} {}  {}{}", package.name, package.version, text::counted(package.types.size(), "node type"),
                package.complete ? "" : "; others cannot be told without running it");
}

/// The account comes from the user, never from the repository, and is never printed.
catalogue::Source from_server(const std::string& url) {
  const std::unique_ptr<git::GitSource> source = git::open();
  const config::Settings settings = config::load(source.get());
  const catalogue::Login login{settings.value(config::kN8nEmail), settings.value(config::kN8nPassword)};
  if (login.email.empty() || login.password.empty())
    throw usage_error("n8n shows its node descriptions to logged-in users only, and no account is set",
                      "set KAIRON_N8N_EMAIL and KAIRON_N8N_PASSWORD, or git config kairon.n8n.email and "
                      "kairon.n8n.password; or save URL/types/nodes.json from the browser and give it with --from");
  http::Client client({});
  terminal::Progress progress("kairon: fetching n8n's node descriptions");
  progress.update(url);
  return required(catalogue::fetch_server(client, url, login));
}

catalogue::Source find_source(const Options& options) {
  const int sources = static_cast<int>(options.has("--from")) + static_cast<int>(options.has("--npm")) +
                      static_cast<int>(options.has("--n8n"));
  if (sources > 1) throw usage_error("only one of --from, --n8n and --npm can be given");
  if (const auto url = options.value("--n8n")) return from_server(*url);
  if (const auto path = options.value("--from")) {
    const bool folder = std::filesystem::is_directory(*path);
    return required(folder ? catalogue::read_folder(*path) : catalogue::read_file(*path));
  }
  const std::string version = options.value("--npm").value_or(wanted_version());
  if (version.empty())
    throw usage_error("which n8n?", "give --n8n URL, --from PATH or --npm VERSION, or set n8nVersion in [kairon]");
  terminal::Progress progress("kairon: fetching n8n's node descriptions");
  progress.update(version);
  return required(catalogue::fetch_release(version));
}

ExitCode update_community(const std::string& wanted) {
  http::Client client({});
  terminal::Progress progress("kairon: fetching a community package");
  progress.update(wanted);
  const auto package = required(catalogue::fetch_community(client, catalogue::registry_address(), wanted));
  catalogue::keep_community(package);
  terminal::print(Channel::out, described(package));
  return ExitCode::passed;
}

ExitCode update(const Options& options) {
  if (const auto wanted = options.value("--community")) {
    for (const char* other : {"--from", "--n8n", "--npm", "--to", "--as"})
      if (options.has(other)) throw usage_error(format("--community cannot be used with {}", other));
    return update_community(*wanted);
  }
  const catalogue::Source source = find_source(options);
  const std::string version = options.value("--as").value_or(source.n8n_version);
  if (version.empty())
    throw usage_error("the source does not tell n8n's version", "add --as VERSION, e.g. --as 1.123.81");
  const std::string path = required(catalogue::keep(source, version, options.value("--to").value_or("")));
  const auto made = required(catalogue::Catalogue::open(path));
  terminal::print(Channel::out, format("n8n {}: {} node types, {} KiB, {}", version, made->type_count(),
                                       std::filesystem::file_size(path) / 1024, path));
  return ExitCode::passed;
}

ExitCode status() {
  const std::string wanted = wanted_version();
  const catalogue::Choice choice = catalogue::choose(wanted);
  for (const std::string& version : catalogue::cached_versions()) {
    const auto opened = catalogue::Catalogue::open(catalogue::index_path(version));
    const bool in_force = choice.catalogue && choice.catalogue->version() == version;
    terminal::print(Channel::out,
                    format("{} {}  {}", in_force ? "*" : " ", version,
                           opened.ok() ? format("{} node types", (*opened)->type_count()) : opened.failure().text));
  }
  const catalogue::Community community = catalogue::load_community();
  for (const catalogue::CommunityPackage& package : community.packages())
    terminal::print(Channel::out, "  " + described(package));
  if (!choice.catalogue) terminal::print(Channel::out, format("{}: the rules that need it are off", choice.note));
  return ExitCode::passed;
}

ExitCode run_catalogue(const Options& options) {
  no_more_words(options, 1);
  if (options.positional().empty() || subcommand("catalogue", options, kCatalogueSubcommands) == "status")
    return status();
  return update(options);
}

}  // namespace

extern const Command kCommandCatalogue;
const Command kCommandCatalogue{
    "catalogue",          "", "Get n8n's node descriptions, which some rules need.", kCatalogueOptions, run_catalogue,
    kCatalogueSubcommands};

}  // namespace kairon::commands
