#include "smoke/curl_commands.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "smoke/from_file.h"

using namespace kairon;
using smoke::CurlRequest;

namespace {

CurlRequest only(const std::string& script) {
  const std::vector<CurlRequest> found = smoke::curl_commands(script);
  REQUIRE(found.size() == 1);
  return found.front();
}

}  // namespace

TEST_CASE("a curl command is read with its quotes, options and line continuations") {
  const CurlRequest plain = only(
      "curl -s -o /dev/null -w \"%{http_code}\" -X PUT 'https://n8n.example/webhook/orders' \\\n"
      "  -H 'Content-Type: application/json' --data-raw '{\"a\": \"it'\\''s\"}' > out 2>&1 || exit 1\n");
  CHECK(plain.method == "PUT");
  CHECK(plain.url == "https://n8n.example/webhook/orders");
  CHECK(plain.body == "{\"a\": \"it's\"}");
  CHECK(only("curl https://x/webhook/a -d '{}'").method == "POST");
  CHECK(only("curl -sS 'https://x/webhook/a?b=1'").method == "GET");
  CHECK(only("curl -sXDELETE https://x/webhook/a").method == "DELETE");
  CHECK(only("# curl no\ncurl --json '{}' --url=https://x/webhook/a # {").line == 2);
  CHECK_FALSE(only("curl -d @payload.json https://x/webhook/a").problem.empty());
  CHECK_FALSE(only("curl -F file=@x https://x/webhook/a").problem.empty());
  CHECK(smoke::curl_commands("echo 'curl https://x'; wget https://x").empty());
}

TEST_CASE("functions, variables, loops and here documents are followed, nothing is run") {
  const std::vector<CurlRequest> found = smoke::curl_commands(R"sh(
URL="${HOOK:-http://localhost:5678/webhook/chat}"
while [[ $# -gt 0 ]]; do case $1 in --url) URL="$2"; shift ;; esac; shift; done
send() {
  local content="$1"
  local id="msg-$(date +%s%N)"
  ((TOTAL++))
  local payload=$(cat <<EOF
{ "content": "$content", "message_id": "$id", "thread": "${3:-}", "by": "(tester)" }
EOF
)
  if [ "$(curl -s -X POST "$URL" -d "$payload")" = ok ]; then echo "fine $(rm -rf /)"; fi
}
send "\$\$ buy milk" "a todo"
if [ "$QUICK" = false ]; then
  send "ping" "second" 77
fi
for word in one two; do send "$word"; done
)sh");
  REQUIRE(found.size() == 4);
  CHECK(found[0].url == "http://localhost:5678/webhook/chat");
  CHECK(found[0].called == "$$ buy milk - a todo");
  CHECK(found[0].body.find("\"content\": \"$$ buy milk\"") != std::string::npos);
  CHECK(found[0].body.find("\"by\": \"(tester)\"") != std::string::npos);
  CHECK(found[0].line == 14);
  CHECK(found[1].body.find("\"thread\": \"77\"") != std::string::npos);
  CHECK(found[3].body.find("\"content\": \"two\"") != std::string::npos);
}

TEST_CASE("broken scripts end") {
  for (const char* script :
       {"curl 'https://x", "f() {", "f() { f; }\nf", "$(", "cat <<EOF", "case x in", "for", "((", "`"})
    static_cast<void>(smoke::curl_commands(script));
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "$(";
  static_cast<void>(smoke::curl_commands(deep));
}

TEST_CASE("payloads and curl commands become cases") {
  const std::vector<n8n::Local> none;
  const auto cases_of = [&none](const std::string& text) { return smoke::cases_from_file(text, {"sample", "", none}); };
  const smoke::FileCases list = cases_of(R"([{"message_id": "7", "a": 1}, 3, {"headers": {}, "body": {"b": 2}}])");
  REQUIRE(list.cases.size() == 2);
  CHECK(list.notes.size() == 1);
  CHECK(list.cases[0]["webhook_data"]["message_id"].string() == "{{run}}");
  CHECK(list.cases[1]["webhook_data"]["b"].integer_or(0) == 2);
  const smoke::FileCases query = cases_of("curl 'https://x/webhook/find?name=a'");
  CHECK(query.cases.front()["webhook_method"].string() == "GET");
  CHECK(query.cases.front()["webhook_data"]["name"].string() == "a");
  CHECK_THROWS_AS(static_cast<void>(cases_of("{\"a\":")), Error);
  CHECK_THROWS_AS(static_cast<void>(cases_of("echo nothing")), Error);
  CHECK_THROWS_AS(static_cast<void>(cases_of(R"([{"test_name": "x", "webhook_data": {}}])")), Error);
}

TEST_CASE("here documents are data, and what is not known is named") {
  const std::vector<n8n::Local> none;
  const smoke::FileCases made = smoke::cases_from_file(
      "curl -X POST 'https://x/webhook/in?mode=fast' -d @- <<EOF\n{\"a\": \"b\"}\nEOF\n"
      "curl https://x/webhook/in -d \"{\\\"slug\\\": \\\"$SLUG\\\"}\"\n",
      {"sample", "", none});
  REQUIRE(made.cases.size() == 2);
  CHECK(made.cases[0]["webhook_data"]["a"].string() == "b");
  REQUIRE(made.notes.size() == 2);
  CHECK(made.notes[0].find("the query of its URL") != std::string::npos);
  CHECK(made.notes[1].find("$SLUG") != std::string::npos);
}
