#include "catalogue/archive.h"

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/temp.h"
#include "base/text.h"

namespace kairon::catalogue {

Result<NodesJson> read_archive(std::string_view bytes, std::string_view integrity, const std::string& spec) {
  if (integrity != "sha512-" + hash::sha512_base64(bytes))
    return Failure{format("the archive of {} does not match the registry's checksum", spec), "try again"};
  const TempFolder folder("package");
  const std::string archive = folder.path() + "/package.tgz";
  if (const auto written = file::write_atomic(archive, bytes); !written.ok()) return written.failure();
  process::Command command{
      {"tar", "-xzf", archive, "--wildcards", "package/package.json", "package/dist/types/nodes.json",
       "package/dist/known/nodes.json", "package/dist/nodes/*.node.js"},
      folder.path()};
  command.environment = environment::for_tools();
  command.timeout = std::chrono::minutes(5);
  const auto outcome = process::run(command);
  if (!outcome.ok()) return Failure{outcome.failure().text, "install tar"};
  if (!outcome->ok()) {
    const auto lines = text::lines(outcome->errors);
    return Failure{format("cannot unpack {}: {}", spec, lines.empty() ? "tar failed" : text::printable(lines.front()))};
  }
  auto read = read_folder(folder.path() + "/package");
  if (!read.ok()) return read.failure();
  return std::move(read->files.front());
}

}  // namespace kairon::catalogue
