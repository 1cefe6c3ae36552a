#include "gate/baseline.h"

#include <map>
#include <tuple>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "json/document.h"

namespace kairon::gate {

std::size_t apply_baseline(const std::string& path, std::vector<lint::Finding>& findings) {
  auto content = file::read(path);
  if (!content.ok()) throw usage_error(format("--baseline: {}", content.failure().message));
  const auto parsed = json::Document::parse(std::move(*content));
  if (!parsed.document || !parsed.document->root()["findings"].is_array()) {
    throw usage_error(format("--baseline: {} is no report of `kairon check --format json`", path));
  }
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> known;
  for (const json::Value f : parsed.document->root()["findings"]) {
    ++known[{std::string(f["rule"].string()), std::string(f["path"].string()), std::string(f["node"].string()),
             std::string(f["message"].string())}];
  }
  return std::erase_if(findings, [&known](const lint::Finding& f) {
    const auto hit = known.find({f.rule, f.path, f.node, f.message});
    if (hit == known.end() || hit->second == 0) return false;
    --hit->second;
    return true;
  });
}

}  // namespace kairon::gate
