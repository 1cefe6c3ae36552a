#include <doctest/doctest.h>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "config/keys.h"
#include "support/generated.h"

using namespace kairon;

namespace {

constexpr const char* kPage = "lib/manual/settings.md";

/// `| key | default | meaning |`; a star marks what the committed `.kairon` cannot set.
std::string row(const config::KeyRow& key) {
  const std::string_view any = key.section == "lint" ? "RULE" : "NAME";
  const std::string section =
      key.subsection.empty() ? format("[{}]", key.section) : format("[{} \"{}\"]", key.section, any);
  const std::string star = key.trust == config::Trust::user_only ? "*" : "";
  const std::string fallback = key.fallback.empty() ? "" : format("`{}`", key.fallback);
  const bool chooses = text::contains(key.kind, "|") && key.kind != "on|off";
  const std::string words = chooses ? format(" ({})", text::replace_all(key.kind, "|", " or ")) : "";
  return format("| `{} {}`{} | {} | {}{} |\n", section, key.name, star, fallback, key.help, words);
}

}  // namespace

TEST_CASE("The manual's table of settings has every key, its default, its words and who may set it") {
  const Result<std::string> page = file::read(std::string(KAIRON_SOURCE_DIR) + "/" + kPage);
  REQUIRE(page.ok());
  constexpr std::string_view kHead = "| key | default | meaning |\n|---|---|---|\n";
  const std::size_t head = page->find(kHead);
  REQUIRE(head != std::string::npos);
  const std::size_t begin = head + kHead.size();
  std::size_t end = begin;
  while (end < page->size() && (*page)[end] == '|') end = page->find('\n', end) + 1;
  std::string rows;
  for (const config::KeyRow* key : config::known_keys()) rows += row(*key);
  test::expect_generated(kPage, page->substr(0, begin) + rows + page->substr(end));
}
