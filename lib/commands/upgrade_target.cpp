#include "commands/upgrade_target.h"

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "catalogue/store.h"
#include "config/keys.h"
#include "config/layers.h"

namespace kairon::commands {

int major_of(std::string_view version) {
  const long long major = config::parse_integer(version.substr(0, version.find('.'))).value_or(0);
  return major > 0 && major < 100 ? static_cast<int>(major) : 0;
}

lint::Upgrade target_of(const Options& options, const config::Settings& settings) {
  const auto wanted = options.value("--target");
  if (!wanted) return {};
  const int major = major_of(*wanted);
  if (major < 2 || !catalogue::is_version(*wanted))
    throw usage_error(format("--target {}: not an n8n version from 2 on", text::printable(*wanted)),
                      "write 2, 3 or 2.41.1");
  return {major_of(settings.value(config::kN8nVersion)), major};
}

}  // namespace kairon::commands
