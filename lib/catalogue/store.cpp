#include "catalogue/store.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::catalogue {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kEnding = ".idx";

std::string cache() { return environment::cache_folder() + "/catalogue"; }

/// PREFIX/share/kairon/catalogue of the running program, "" when it does not run from an installation.
std::string installed() {
  std::string_view prefix;
  const std::string home = environment::executable_folder();
  for (const std::string_view place : {"/bin", "/libexec/kairon/hooks"})
    if (home.ends_with(place)) prefix = std::string_view(home).substr(0, home.size() - place.size());
  return prefix.empty() ? std::string() : format("{}/share/kairon/catalogue", prefix);
}

std::string path_in(const std::string& folder, std::string_view version) {
  if (!is_version(version))
    throw usage_error(format("invalid version of n8n '{}'", text::printable(version)), "write it as 1.123.81");
  return format("{}/{}{}", folder, version, kEnding);
}

/// Numbers by value, everything else by letter: 1.9.0 < 1.123.81.
bool older(const std::string& a, const std::string& b) {
  const auto parts_a = text::split(a, '.');
  const auto parts_b = text::split(b, '.');
  return std::lexicographical_compare(
      parts_a.begin(), parts_a.end(), parts_b.begin(), parts_b.end(), [](std::string_view x, std::string_view y) {
        const auto number = [](std::string_view s) {
          return !s.empty() && std::all_of(s.begin(), s.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
        };
        return number(x) && number(y) && x.size() != y.size() ? x.size() < y.size() : x < y;
      });
}

Choice open_version(const std::string& version) {
  auto opened = Catalogue::open(index_path(version), load_community());
  if (opened.ok()) return {std::move(*opened), {}};
  return {nullptr, format("{}; {}", opened.failure().text, opened.failure().remedy)};
}

}  // namespace

bool is_version(std::string_view text) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '+'; };
  return !text.empty() && text.size() <= 64 && std::isdigit(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(), fits);
}

std::vector<std::string> cached_versions() {
  std::vector<std::string> versions;
  for (const std::string& folder : {installed(), cache()}) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(kEnding)) continue;
      const std::string version = name.substr(0, name.size() - kEnding.size());
      if (is_version(version)) versions.push_back(version);
    }
  }
  std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) { return older(b, a); });
  versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  return versions;
}

std::string index_path(std::string_view version) {
  std::string path = path_in(installed(), version);
  return file::exists(path) ? path : path_in(cache(), version);
}

std::string save_index(std::string_view version, std::string_view bytes, const std::string& folder) {
  const std::string home = folder.empty() ? cache() : folder;
  const std::string path = path_in(home, version);
  std::error_code failed;
  fs::create_directories(home, failed);
  const auto written = file::write_atomic(path, bytes);
  if (!written.ok())
    throw environment_error(format("cannot write {}: {}", path, written.failure().text),
                            folder.empty() ? "make room in the cache folder, or set XDG_CACHE_HOME"
                                           : "make room there, or give another folder");
  return path;
}

Choice choose(std::string_view wanted) {
  try {
    if (!wanted.empty()) {
      if (file::exists(index_path(wanted))) return open_version(std::string(wanted));
      return {nullptr, format("no node catalogue of n8n {}; run `kairon catalogue update --npm {}`", wanted, wanted)};
    }
    const std::vector<std::string> versions = cached_versions();
    if (!versions.empty()) return open_version(versions.front());
    return {nullptr, "no node catalogue; `kairon catalogue --help` says how to get one"};
  } catch (const Error& error) {
    return {nullptr, format("no node catalogue: {}", error.message().text)};
  }
}

}  // namespace kairon::catalogue
