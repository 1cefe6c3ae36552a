#include "base/options.h"

#include <doctest/doctest.h>

#include "base/error.h"

namespace kairon {

namespace {

constexpr OptionSpec kSpecs[] = {
    {"--format", "text|json", ""}, {"--range", "A..B", ""}, {"--write", "", ""}, {"--rule", "ID=SEVERITY", ""}};

Options parse(const std::vector<std::string>& words) { return Options::parse(words, kSpecs); }

/// "message / remedy" of the refusal, "" when there is none.
std::string refusal(const std::vector<std::string>& words) {
  try {
    static_cast<void>(parse(words));
    return {};
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::usage);
    return std::string(error.message().text) + " / " + std::string(error.message().remedy);
  }
}

}  // namespace

TEST_CASE("Options::parse") {
  SUBCASE("options and words may stand anywhere, -- ends the options") {
    const Options options = parse({"a", "--format=json", "-", "--rule", "x=off", "--rule", "y=info", "--", "--write"});
    CHECK(options.positional() == std::vector<std::string>{"a", "-", "--write"});
    CHECK(options.value("--format") == "json");
    CHECK(options.values("--rule") == std::vector<std::string>{"x=off", "y=info"});
    CHECK(options.value("--rule") == "y=info");
    CHECK_FALSE(options.has("--write"));
  }
  SUBCASE("a name that there is not") {
    CHECK(refusal({"--frmat", "json"}) == "unknown option --frmat / did you mean --format?");
    CHECK(refusal({"--something-else"}) == "unknown option --something-else / see --help");
  }
  SUBCASE("values") {
    CHECK(refusal({"--range"}) == "--range needs a value: A..B / ");
    CHECK(refusal({"--write=yes"}) == "--write takes no value / ");
    CHECK(parse({"--range", "--write"}).value("--range") == "--write");
  }
  SUBCASE("a value that is one of several") {
    CHECK(refusal({"--format", "jsn"}) == "--format jsn: use text or json / did you mean json?");
    CHECK(refusal({"--format="}) == "--format : use text or json / ");
    CHECK(refusal({"--format", "text|json"}).starts_with("--format text|json: use text or json"));
    CHECK(refusal({"--format", "text"}).empty());
  }
}

}  // namespace kairon
