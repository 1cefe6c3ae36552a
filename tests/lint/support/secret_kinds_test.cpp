#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "json/document.h"
#include "lint/support.h"
#include "lint/support/search.h"
#include "lint/support/secrets.h"

// Tokens are drawn here, so that this file holds none.
using namespace kairon;

namespace {

/// Characters by lot: the same ones in every run.
class Lot {
 public:
  std::string draw(char kind, std::size_t count) {
    static const std::map<char, std::string> kAlphabets = {
        {'a', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"},
        {'c', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"},
        {'d', "0123456789"},
        {'h', "0123456789abcdef"},
        {'u', "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"},
        {'l', "abcdefghijklmnopqrstuvwxyz0123456789"},
        {'t', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"},
        {'b', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"}};
    const std::string& alphabet = kAlphabets.at(kind);
    std::string out;
    while (out.size() < count) {
      state_ = state_ * 6364136223846793005U + 1442695040888963407U;
      out += alphabet[(state_ >> 33U) % alphabet.size()];
    }
    return out;
  }

 private:
  std::uint64_t state_ = 20260101;
};

std::string token_of(const lint::TokenShape& shape, Lot& lot) {
  std::string token(shape.prefix);
  std::string_view body = shape.body;
  while (!body.empty()) {
    const std::size_t blank = std::min(body.find(' '), body.size());
    const std::string word(body.substr(0, blank));
    body.remove_prefix(std::min(blank + 1, body.size()));
    const bool counted = word.size() > 1 && word[1] >= '0' && word[1] <= '9';
    token += counted ? lot.draw(word[0], std::stoul(word.substr(1))) : word;
  }
  return token;
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) out += kAlphabet[bits >> (count - 6) & 63U];
    bits &= 63U;
  }
  if (count != 0) out += kAlphabet[bits << (6 - count) & 63U];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string what_in(const std::string& text) {
  std::string out;
  for (const lint::Secret& secret : lint::find_secrets(text)) out += std::string(secret.match.what) + ";";
  return out;
}

std::size_t secrets_in_workflow(const std::string& parameters) {
  const auto findings = lint_test::findings_of(
      {{"Demo.json", lint_test::workflow_text(lint_test::node("Start", "manualTrigger") + "," +
                                                  lint_test::node("C", "httpRequest", parameters, "4.2"),
                                              lint_test::wire("Start", "C"))}});
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [](const lint::Finding& finding) {
    return finding.rule.starts_with("secret/");
  }));
}

std::string quoted(const std::string& text) { return json::Writer().string(text).take(); }

}  // namespace

TEST_CASE("every shape is seen in a value, a key, code, a header, a url, raw bytes and base64") {
  Lot lot;
  std::size_t shapes = 0;
  for (const lint::SecretRule* rule : lint::secret_rules()) {
    for (const lint::TokenShape& shape : rule->shapes) {
      ++shapes;
      const std::string token = token_of(shape, lot);
      CAPTURE(shape.prefix);
      CAPTURE(token);
      CHECK(secrets_in_workflow("{\"text\": " + quoted(token) + "}") == 1);
      CHECK(secrets_in_workflow("{" + quoted(token) + ": 1}") == 1);
      CHECK(secrets_in_workflow("{\"jsCode\": " + quoted("const key = '" + token + "';\nreturn [];") + "}") == 1);
      CHECK(secrets_in_workflow("{\"headerParameters\": {\"parameters\": [{\"name\": \"X-Custom\", \"value\": " +
                                quoted(token) + "}]}}") == 1);
      CHECK(what_in("https://api.example.org/v1?key=" + token + "&x=1") != "");
      CHECK(what_in("{\"a\": \"line\\n" + token + "\"}") != "");
      CHECK(what_in("data: " + base64("x " + token + "\n")) != "");
      CHECK(secrets_in_workflow("{\"text\": " + quoted(base64("{\"k\":\"" + token + "\"}")) + "}") == 1);
    }
  }
  CHECK(shapes >= 200);
}

TEST_CASE("at least 120 kinds are told apart") {
  std::vector<std::string_view> kinds;
  for (const lint::SecretRule* rule : lint::secret_rules())
    for (const lint::TokenShape& shape : rule->shapes) kinds.push_back(shape.what);
  std::sort(kinds.begin(), kinds.end());
  CHECK(std::unique(kinds.begin(), kinds.end()) - kinds.begin() >= 120);
}

TEST_CASE("kinds without a fixed prefix") {
  Lot lot;
  const std::string hex = lot.draw('h', 32);
  CHECK(what_in("key: " + hex + "-us12") == "a Mailchimp key;");
  CHECK(what_in("SK" + hex + "\n") == "a Twilio key;");
  CHECK(what_in(lot.draw('h', 10) + "msh" + lot.draw('h', 15) + "p1" + lot.draw('h', 5) + "jsn" + lot.draw('h', 12)) ==
        "a RapidAPI key;");
  CHECK(what_in("x = " + lot.draw('a', 3) + "8Q~" + lot.draw('a', 34)) == "an Azure client secret;");
  CHECK(what_in("AccountName=x;AccountKey=" + lot.draw('a', 86) + "==;") == "an Azure account key;");
  CHECK(what_in("https://x.webhook.office.com/webhookb2/a@b/IncomingWebhook/" + hex + "/y") ==
        "a Microsoft Teams webhook url;");
}

TEST_CASE("a name says what a random value is") {
  Lot lot;
  const std::string value = "k7" + lot.draw('l', 28) + "9xR2";
  for (const std::string name : {"N8N_ENCRYPTION_KEY", "aws_secret_access_key", "client_secret", "clientSecret",
                                 "password", "DB_PASSWORD", "x-api-key", "apiToken", "spring.datasource.password"}) {
    CAPTURE(name);
    CHECK(what_in(name + "=" + value) != "");
    CHECK(what_in(name + ": \"" + value + "\"") != "");
    CHECK(what_in("{\"" + name + "\": \"" + value + "\"}") != "");
    CHECK(what_in("\"{\\\"" + name + "\\\":\\\"" + value + "\\\"}\"") != "");
    CHECK(secrets_in_workflow("{\"" + name + "\": \"" + value + "\"}") == 1);
    CHECK(secrets_in_workflow("{\"p\": [{\"name\": \"" + name + "\", \"value\": \"" + value + "\"}]}") == 1);
  }
  CHECK(what_in("ALTER ROLE app PASSWORD '" + value + "'") != "");
  CHECK(what_in("https://example.org/?token=" + value + "&page=2") != "");
}

TEST_CASE("a name alone makes no secret of a word, a number, a reference or an expression") {
  for (const std::string value :
       {"password", "changeme", "{{ $env.TOKEN }}", "={{ $json.token }}", "process.env.API_KEY_2", "${DB_PASSWORD}",
        "my-secret-password-2024", "getAccessTokenFromRequest2", "arn:aws:secretsmanager:eu-west-1:123456789012:x1y2z3",
        "/run/secrets/db_password_1a2b3c", "00000000-0000-0000-0000-000000000000", "https://example.org/a1b2c3d4e5",
        "aaaaaaaaaaaaaaaaaaaaaaaa", "YOUR_API_KEY_1a2b3c4d5e", "abcdefghijklmnop123456", "12345678901234567890"}) {
    CAPTURE(value);
    CHECK(what_in("api_key = \"" + value + "\"") == "");
    CHECK(what_in("API_KEY=" + value) == "");
    CHECK_FALSE(lint::keyed_secret("api_key", value));
  }
  CHECK(what_in("{\"pageToken\": \"k7q2w9e4r1t8y3u6i5\", \"publicKey\": \"k7q2w9e4r1t8y3u6i5\"}") == "");
  CHECK(what_in("const token = parser2a3b4c5d6e.next()") == "");
}

TEST_CASE("environment files: every value whose name promises a secret, examples none") {
  CHECK(lint::is_env_file(".env"));
  CHECK(lint::is_env_file("deploy/.env.production"));
  for (const std::string path :
       {".env.example", "a/.env.sample", ".env.local.template", "env", "x.env", ".environment"})
    CHECK_FALSE(lint::is_env_file(path));
  const std::string text =
      "# DB_PASSWORD=commented9\nDB_PASSWORD=hunter2hunter2\nexport SMTP_PASS='mail box "
      "77'\nPORT=5432\nAPP_KEY=your-key-here\n"
      "PGPASSWORD=postgres\nTOKEN=${OTHER}\nNEXT_PUBLIC_MAP_KEY=visible123\n";
  const auto findings = lint::search_bytes(text, "deploy/.env");
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].rule == "secret/env-file");
  CHECK(findings[0].line == 2);
  CHECK(findings[0].column == 13);
  CHECK(findings[1].line == 3);
  CHECK(lint::search_bytes(text, "deploy/.env.example").empty());
}

TEST_CASE("a comment allows a rule on its line and the next") {
  Lot lot;
  const std::string token = "ghp_" + lot.draw('a', 36);
  CHECK(lint::search_bytes("a = " + token, "x.py").size() == 1);
  CHECK(lint::search_bytes("a = " + token + "  # kairon: allow secret/github made up", "x.py").empty());
  CHECK(lint::search_bytes("# kairon: allow secret/github made up\na = " + token, "x.py").empty());
  CHECK(lint::search_bytes("# kairon: allow secret/github made up\n\na = " + token, "x.py").size() == 1);
  CHECK(lint::search_bytes("# kairon: allow secret/gitlab made up\na = " + token, "x.py").size() == 1);
}

TEST_CASE("what an attacker repeats costs no more than what he sends") {
  // Each text begins a kind again and again; all of them together take well under a second.
  for (const std::string piece : {"-----BEGIN ", "eyJ", "eyJ.", "password=", "://a:b@", "sk-", "SG.", "glc_A/",
                                  "key:", "hooks.slack.com/", "AAAA", "MTA.", "bearer ", "/IncomingWebhook/", "a:AA"}) {
    std::string text;
    while (text.size() < 2'000'000) text += piece;
    static_cast<void>(lint::find_secrets(text));
  }
}
