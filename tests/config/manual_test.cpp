#include <doctest/doctest.h>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "config/keys.h"

using namespace kairon;

TEST_CASE("The manual's table of settings has every key, its default and who may set it") {
  const Result<std::string> page = file::read(std::string(KAIRON_SOURCE_DIR) + "/lib/manual/settings.md");
  REQUIRE(page.ok());
  std::size_t rows = 0;
  for (const std::string_view line : text::lines(*page)) {
    if (line.starts_with("| `[")) ++rows;
  }
  CHECK(rows == config::known_keys().size());
  for (const config::KeyRow* known : config::known_keys()) {
    const config::KeyRow& key = *known;
    const std::string_view any = key.section == "lint" ? "RULE" : "NAME";
    const std::string section =
        key.subsection.empty() ? format("[{}]", key.section) : format("[{} \"{}\"]", key.section, any);
    const std::string star = key.trust == config::Trust::user_only ? "*" : "";
    const std::string fallback = key.fallback.empty() ? "" : format("`{}`", key.fallback);
    const std::string row = format("| `{} {}`{} | {} | {}", section, key.name, star, fallback, key.help);
    CAPTURE(row);
    CHECK(text::contains(*page, row));
  }
}
