#include "lint/support/secrets.h"

#include <doctest/doctest.h>

#include "json/document.h"
#include "lint/support.h"
#include "lint/support/search.h"

using namespace kairon;

namespace {

/// The rules found, joined by blanks.
std::string found(const std::string& text) {
  std::string ids;
  for (const lint::Secret& secret : lint::find_secrets(text)) {
    ids += (ids.empty() ? "" : " ") + std::string(secret.rule->info.id.substr(7));
  }
  return ids;
}

// Put together at run time, so that no scanner takes this file for a leak.
const std::string kTail = "q7Zr2Xw9Lk4Vb8Nm1Tc6Hd3Jf5Gp0Sy2Ae7Uo";

}  // namespace

TEST_CASE("tokens by their published shapes") {
  CHECK(found("key = sk-proj-" + kTail) == "openai");
  CHECK(found("sk-ant-api03-" + kTail) == "anthropic");
  CHECK(found("ghp_" + kTail.substr(0, 36)) == "github");
  CHECK(found("github_pat_" + kTail) == "github");
  CHECK(found("glpat-" + kTail.substr(0, 20)) == "gitlab");
  CHECK(found("xoxb-1957204683-" + kTail.substr(0, 24)) == "slack");
  CHECK(found("https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/" + kTail.substr(0, 24)) == "slack");
  CHECK(found("110201543:AA" + kTail.substr(0, 33)) == "telegram");
  CHECK(found("AKIAQ7ZRWXLKVBNMTCHD") == "aws");
  CHECK(found("AIza" + kTail.substr(0, 35)) == "google");
  CHECK(found("Authorization: Bearer " + kTail) == "authorization");
  CHECK(found("'Basic cmVwb3J0czprN0ZxMndMbQ=='") == "authorization");
  CHECK(found("https://me:k7Fq2wLm@files.example.org/") == "url-password");
  CHECK(found("mongodb+srv://me:k7Fq2wLm@db.example.org/x") == "database-url");
}

TEST_CASE("a private key ends with its last line, in every form of quotes") {
  const std::string dashes = "-----";
  const std::string line = kTail + "Zr2Xw9Lk4Vb8Nm1Tc6Hd3Jf5Gp";
  const auto block = [&](const std::string& line_end, const std::string& headers) {
    return dashes + "BEGIN RSA PRIVATE KEY" + dashes + line_end + headers + line + line_end + line + line_end +
           "aQ==" + line_end + dashes + "END RSA PRIVATE KEY" + dashes;
  };
  for (const std::string line_end : {"\n", "\r\n", "\\n", "\\\\n", "\\\\\\\\n"}) {
    CAPTURE(line_end);
    const std::string text = "a " + block(line_end, "") + line_end + "z";
    const auto secrets = lint::find_secrets(text);
    REQUIRE(secrets.size() == 1);
    CHECK(text.substr(secrets[0].match.end) == line_end + "z");
  }
  CHECK(found(block("\n", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0A\n\n")) == "private-key");
  const std::string cut = block("\n", "").substr(0, 150) + "\n\"ghp_" + kTail.substr(0, 36) + "\"";
  CHECK(found(cut) == "private-key github");
}

TEST_CASE("placeholders, expressions and prose are none") {
  CHECK(found("sk-proj-your-key-goes-here-1234567890abc").empty());
  CHECK(found("sk-ant-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx").empty());
  CHECK(found("Bearer {{ $env.TOKEN }}").empty());
  CHECK(found("Bearer <YOUR_API_KEY_123456789>").empty());
  CHECK(found("Bearer authentication is described in the documentation").empty());
  CHECK(found("Basic LLM Chain").empty());
  CHECK(found("postgres://user:password@localhost/db").empty());
  CHECK(found("postgres://user:${PASSWORD}@localhost/db").empty());
  CHECK(found("postgres://user@localhost/db").empty());
  CHECK(found("https://example.org/a:b@c").empty());
  CHECK(found("task-management-for-teams-of-all-sizes-2024").empty());
  CHECK(found("AKIAIOSFODNN7EXAMPLE").empty());
  CHECK(found("12345678-1234-1234-1234-123456789abc").empty());
  CHECK(found("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----").empty());
}

TEST_CASE("what is printed in manuals, and names of what is public, are none") {
  CHECK(found("System.Web, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089").empty());
  CHECK(found(R"({"publicKeyToken": "31bf3856ad364e35", "name": "x"})").empty());
  const std::string emulator =
      std::string("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq") + "/K1SZFPTOtr/KBHBeksoGMGw==";
  CHECK(found("DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=" + emulator).empty());
  CHECK(found("{\"accountKey\": \"" + emulator + "\"}").empty());
  CHECK(found("AccountKey=" + kTail + kTail.substr(0, 12) + "==") == "token");
  CHECK(found("https://user:pass@example.org/").empty());
  CHECK(found("https://username:pass1234@example.org/").empty());
  CHECK(found("postgres://user:p4ssw0rd@db/x") == "database-url");
  CHECK(found("Authorization: Basic dXNlcjpwYXNz").empty());              // user:pass
  CHECK(found("Authorization: Basic dXNlcm5hbWU6cGFzczEyMw==").empty());  // username:pass123
  CHECK(found("AuthToken: \nX-Request-Id: 4b2c9d1e7f3a5b8c6d0e").empty());
  CHECK(found("AuthToken=&session=4b2c9d1e7f3a5b8c6d0e").empty());
  CHECK(found(R"({"name": "AuthToken", "value": "", "id": "4b2c9d1e7f3a5b8c6d0e"})").empty());
  CHECK(found(R"({"headers": ["AuthToken:", "X-Id: 4b2c9d1e7f3a5b8c6d0e"]})").empty());
  CHECK(found("AuthToken: " + kTail.substr(0, 24)) == "keyed-value");
}

TEST_CASE("a more specific kind wins over the header that carries it") {
  CHECK(found("Bearer sk-proj-" + kTail) == "openai");
}

TEST_CASE("the message shows at most four characters") {
  const std::string text = "ghp_" + kTail.substr(0, 36);
  const auto secrets = lint::find_secrets(text);
  REQUIRE(secrets.size() == 1);
  const std::string message = lint::secret_message(secrets[0], text);
  CHECK(message.find("ghp_...") != std::string::npos);
  CHECK(message.find(text.substr(0, 5)) == std::string::npos);
}

TEST_CASE("no other rule shows what a secret is, nor a piece of it") {
  // Put together here, so that this file holds none.
  const std::string token = std::string("gh") + "p_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ2bC4dF6gH8";
  const auto in_code = [](const std::string& code) {
    return lint_test::workflow_text(
        lint_test::node("Start", "manualTrigger") + "," +
            lint_test::node("C", "code", R"({"jsCode":)" + json::Writer().string(code).take() + "}", "2"),
        lint_test::wire("Start", "C"));
  };
  const auto in_query = [](const std::string& query) {
    return lint_test::workflow_text(
        lint_test::node("P", "postgres",
                        R"({"operation":"executeQuery","query":)" + json::Writer().string(query).take() + "}", "2.6"),
        "");
  };
  const std::string hook = R"({"path":")" + token + R"(","httpMethod":"POST"})";
  for (const std::string& text :
       {in_code("const a = = \"" + token + "\";"), in_code("return [{json: {a: " + token + "}}];"),
        in_code("const a = $('" + token + "').first();\nreturn [a];"), in_query("SELECT a b " + token),
        lint_test::workflow_text(
            lint_test::node("A", "webhook", hook, "2") + "," + lint_test::node("B", "webhook", hook, "2"), "")}) {
    const auto findings = lint_test::findings_of({{"Demo.json", text}});
    INFO(lint_test::describe(findings));
    CHECK(lint_test::describe(findings).find("aB3dE5") == std::string::npos);
    CHECK(lint_test::of_rule(findings, "secret/github").size() >= 1);
    CHECK(findings.size() > lint_test::of_rule(findings, "secret/github").size());
  }
}

TEST_CASE("UTF-16 is searched as text, whatever its byte order") {
  const std::string line = "a\nkey = ghp_" + kTail.substr(0, 36) + "\n";
  for (const bool big : {false, true}) {
    std::string wide = big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char c : line) wide += big ? std::string{'\0', c} : std::string{c, '\0'};
    for (const std::string& bytes : {wide, wide.substr(2)}) {
      const std::vector<lint::Finding> findings = lint::search_bytes(bytes, "keys.txt");
      REQUIRE(findings.size() == 1);
      CHECK(findings[0].rule == "secret/github");
      CHECK(findings[0].line == 2);
      CHECK(findings[0].column == 7);
    }
  }
}

TEST_CASE("PartSearch: finds in parts what search_bytes finds in the whole, at the same places") {
  const std::string token = "ghp_" + kTail.substr(0, 36);
  std::string text;
  while (text.size() < (std::size_t{20} << 20U)) text += "some ordinary words of a very long file\n";
  // At the beginning, across the ends of windows and parts, and at the end.
  constexpr std::size_t kWindow = std::size_t{8} << 20U;
  for (const std::size_t at : {std::size_t{5}, kWindow - 20, kWindow - (std::size_t{64} << 10U) - 10, kWindow + 30,
                               std::size_t{12} << 20U, text.size() - 50})
    text.replace(at, token.size() + 2, " " + token + " ");
  const std::size_t noted = (std::size_t{16} << 20U) - 30;
  text.replace(noted, 90, "\n# kairon: allow secret/github in a test\n" + token + "\n");
  const std::vector<lint::Finding> whole = lint::search_bytes(text, "big.txt");
  REQUIRE(whole.size() == 6);
  for (const std::size_t part : {std::size_t{1} << 20U, std::size_t{4} << 20U, std::size_t{999'999}}) {
    lint::PartSearch search("big.txt");
    for (std::size_t at = 0; at < text.size(); at += part) search.take(std::string_view(text).substr(at, part));
    const std::vector<lint::Finding> found = search.finish();
    REQUIRE(found.size() == whole.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i].line == whole[i].line);
      CHECK(found[i].column == whole[i].column);
      CHECK(found[i].message.text == whole[i].message.text);
    }
  }
}
