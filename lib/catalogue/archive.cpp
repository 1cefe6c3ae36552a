#include "catalogue/archive.h"

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/text.h"

namespace kairon::catalogue {

Result<std::unique_ptr<TempFolder>> unpack(std::string_view bytes, std::string_view integrity, const std::string& spec,
                                           const std::vector<std::string>& patterns) {
  if (integrity != "sha512-" + hash::sha512_base64(bytes))
    return Failure{format("the archive of {} does not match the registry's checksum", spec), "try again"};
  auto folder = std::make_unique<TempFolder>("package");
  const std::string archive = folder->path() + "/package.tgz";
  if (const auto written = file::write_atomic(archive, bytes); !written.ok()) return written.failure();
  process::Command command{{"tar", "-xzf", archive, "--wildcards"}, folder->path()};
  command.argv.insert(command.argv.end(), patterns.begin(), patterns.end());
  command.environment = environment::for_tools();
  command.timeout = std::chrono::minutes(5);
  const auto outcome = process::run(command);
  if (!outcome.ok()) return Failure{outcome.failure().text, "install tar"};
  if (!outcome->ok()) {
    const auto lines = text::lines(outcome->errors);
    return Failure{format("cannot unpack {}: {}", spec, lines.empty() ? "tar failed" : text::printable(lines.front()))};
  }
  return folder;
}

Result<NodesJson> read_archive(std::string_view bytes, std::string_view integrity, const std::string& spec) {
  const auto folder = unpack(bytes, integrity, spec,
                             {"package/package.json", "package/dist/types/nodes.json", "package/dist/known/nodes.json",
                              "package/dist/nodes/*.node.js"});
  if (!folder.ok()) return folder.failure();
  auto read = read_folder((*folder)->path() + "/package");
  if (!read.ok()) return read.failure();
  return std::move(read->files.front());
}

}  // namespace kairon::catalogue
