#include "postgres/installation.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "base/text.h"

namespace kairon::postgres {

namespace {

namespace fs = std::filesystem;

constexpr std::array kSystemFolders = {
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64",
    "/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/icu", "/nix/store",
    // Dictionaries that postgresql-common makes of the system's.
    "/var/cache/postgresql/dicts", "/usr/share/hunspell", "/usr/share/myspell",
    // What pltcl, plperl, plpython and PostGIS load.
    "/usr/share/tcltk", "/usr/share/tcl8.6", "/usr/share/perl", "/usr/share/perl5", "/etc/perl",
    "/usr/local/share/perl", "/usr/share/python3", "/usr/share/proj", "/usr/share/gdal"};

constexpr std::array kSystemFiles = {"/etc/ld.so.cache", "/etc/ld-musl-x86_64.path", "/etc/ld-musl-aarch64.path",
                                     "/dev/urandom"};

/// True when a server's programs lie in a folder whose `lib` and `share` are the server's alone.
bool is_own_prefix(const fs::path& prefix) {
  const std::string home = environment::get("HOME").value_or("");
  return prefix != "/" && prefix != "/usr" && prefix != "/usr/local" && prefix != fs::path(home) &&
         prefix.has_relative_path();
}

std::vector<std::string> share_folders(const fs::path& prefix, int major) {
  std::vector<std::string> folders;
  for (const fs::path& share : {prefix / "share", fs::path("/usr/share")}) {
    for (const std::string& name : {kairon::format("postgresql/{}", major), kairon::format("postgresql{}", major),
                                    std::string("postgresql"), std::string("pgsql")})
      folders.push_back((share / name).string());
  }
  return folders;
}

void ask_pg_config(const Binaries& binaries, std::vector<std::string>& folders) {
  for (const char* what : {"--sharedir", "--pkglibdir", "--libdir"}) {
    const Result<process::Outcome> outcome = process::run({.argv = {binaries.folder + "/pg_config", what},
                                                           .environment = environment::for_tools(),
                                                           .timeout = std::chrono::seconds(10)});
    if (!outcome.ok() || !outcome->ok()) return;
    const std::string folder(text::trim(outcome->output));
    if (is_own_prefix(folder)) folders.push_back(folder);
  }
}

}  // namespace

std::string interpreter_of(const std::string& program) {
  const file::Descriptor fd(::open(program.c_str(), O_RDONLY | O_CLOEXEC));
  Elf64_Ehdr head{};
  if (!fd || ::pread(fd.get(), &head, sizeof head, 0) != static_cast<ssize_t>(sizeof head)) return {};
  if (std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64) return {};
  for (unsigned i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr part{};
    const auto at = static_cast<off_t>(head.e_phoff + i * sizeof part);
    if (::pread(fd.get(), &part, sizeof part, at) != static_cast<ssize_t>(sizeof part)) return {};
    if (part.p_type != PT_INTERP) continue;
    std::array<char, 256> name{};
    const std::size_t size = std::min<std::size_t>(part.p_filesz, name.size() - 1);
    if (::pread(fd.get(), name.data(), size, static_cast<off_t>(part.p_offset)) < 0) return {};
    return name.data();
  }
  return {};
}

std::vector<PathRule> readable(const Installation& installation, const std::string& program) {
  std::vector<PathRule> rules = {{"/dev/null", PathUse::device}, {program, PathUse::program}};
  if (const std::string loader = interpreter_of(program); !loader.empty()) rules.push_back({loader, PathUse::program});
  for (const auto* paths : {&installation.folders, &installation.files})
    for (const std::string& path : *paths) rules.push_back({path, PathUse::read});
  return rules;
}

Installation installation_of(const Binaries& binaries) {
  Installation found;
  std::error_code failed;
  fs::path folder = fs::canonical(binaries.folder, failed);
  if (failed) folder = binaries.folder;
  const fs::path prefix = folder.parent_path();
  found.folders = share_folders(prefix, binaries.major);
  if (is_own_prefix(prefix)) {
    for (const char* name : {"share", "lib", "lib64"}) found.folders.push_back((prefix / name).string());
    if (fs::is_directory(prefix / "lib", failed)) found.libraries = (prefix / "lib").string();
  }
  const bool complete = std::any_of(found.folders.begin(), found.folders.end(), [](const std::string& candidate) {
    return file::exists(candidate + "/postgres.bki");
  });
  if (!complete) ask_pg_config(binaries, found.folders);
  found.folders.push_back(folder.string());
  found.folders.insert(found.folders.end(), kSystemFolders.begin(), kSystemFolders.end());
  found.files.assign(kSystemFiles.begin(), kSystemFiles.end());
  return found;
}

}  // namespace kairon::postgres
