#include <array>
#include <filesystem>

#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "catalogue/npm.h"
#include "catalogue/store.h"
#include "config/settings.h"
#include "gate/command.h"
#include "git/source.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

constexpr std::array kOptions = {
    OptionSpec{"--from", "PATH", "an installed n8n or n8n-nodes-base, or nodes.json saved from a running n8n"},
    OptionSpec{"--npm", "VERSION", "fetch the node packages of that n8n with npm (default: [kairon] n8nVersion)"},
    OptionSpec{"--as", "VERSION", "n8n's version, where the source does not tell it"}};

std::string wanted_version() {
  const std::unique_ptr<git::GitSource> source = git::open();
  return config::load(source.get()).text("kairon", "", "n8nVersion");
}

template <typename T>
T required(Result<T> result) {
  if (!result.ok()) throw environment_error(result.failure().message, result.failure().remedy);
  return std::move(*result);
}

catalogue::Source find_source(const Options& options) {
  if (const auto path = options.value("--from")) {
    if (options.has("--npm")) throw usage_error("--from and --npm exclude each other");
    const bool folder = std::filesystem::is_directory(*path);
    return required(folder ? catalogue::read_folder(*path) : catalogue::read_file(*path));
  }
  const std::string version = options.value("--npm").value_or(wanted_version());
  if (version.empty())
    throw usage_error("which n8n?", "give --from PATH or --npm VERSION, or set n8nVersion in [kairon]");
  terminal::Progress progress("kairon: fetching n8n's node descriptions");
  progress.update(version);
  return required(catalogue::fetch_npm(version));
}

ExitCode update(const Options& options) {
  const catalogue::Source source = find_source(options);
  const std::string version = options.value("--as").value_or(source.n8n_version);
  if (version.empty())
    throw usage_error("the source does not tell n8n's version", "add --as VERSION, e.g. --as 1.123.81");
  const std::string path = catalogue::index_path(version);
  const std::string bytes = required(catalogue::reduce(source.files, version));
  catalogue::save_index(version, bytes);
  const auto made = required(catalogue::Catalogue::open(path));
  terminal::print(Channel::out,
                  format("n8n {}: {} node types, {} KiB, {}", version, made->type_count(), bytes.size() / 1024, path));
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
                           opened.ok() ? format("{} node types", (*opened)->type_count()) : opened.failure().message));
  }
  if (!choice.catalogue) terminal::print(Channel::out, format("{}: the rules that need it are off", choice.note));
  return ExitCode::passed;
}

ExitCode run(const Options& options) {
  const auto& words = options.positional();
  if (words.size() == 1 && words[0] == "update") return update(options);
  if (words.empty() || (words.size() == 1 && words[0] == "status")) return status();
  throw usage_error(format("kairon catalogue: no such thing as '{}'", text::printable(words.back())),
                    "kairon catalogue update, or kairon catalogue status");
}

}  // namespace

extern const Command kCommandCatalogue;
const Command kCommandCatalogue{"catalogue", "update|status [OPTIONS]",
                                "n8n's node descriptions, which some rules need", kOptions, run};

}  // namespace kairon::gate
