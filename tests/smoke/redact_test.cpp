#include "smoke/redact.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "lint/support/secrets.h"
#include "smoke/scramble.h"

using namespace kairon;
using n8n::Tree;

namespace {

// Put together at run time, so that no scanner takes this file for a leak.
const std::string kLine = "q7Zr2Xw9Lk4Vb8Nm1Tc6Hd3Jf5Gp0Sy2Ae7Uoq7Zr2Xw9Lk4Vb8Nm1Tc6Hd3Jf5";

/// A key as openssl writes it; `kind` is "PRIVATE", "RSA PRIVATE" or "EC PRIVATE".
std::string pem(const std::string& kind) {
  const std::string dashes = "-----";
  return dashes + "BEGIN " + kind + " KEY" + dashes + "\n" + kLine + "\n" + kLine + "\nojozbl89+/aQ==\n" + dashes +
         "END " + kind + " KEY" + dashes + "\n";
}

std::string redacted(const std::string& text, const std::string& key = "answer") {
  Tree value(text);
  static_cast<void>(smoke::redact_secrets(value, key));
  return value.is_string() ? value.string() : value.dump();
}

std::vector<n8n::Local> workflow_of(const char* nodes) {
  std::vector<n8n::Local> workflows(1);
  workflows[0].tree = *Tree::parse(std::string(R"({"nodes": )") + nodes + "}");
  return workflows;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("secrets and headers are redacted, the rest stays") {
  Tree value = *Tree::parse(
      R"({"headers": {"authorization": "Bearer abc", "x-request-id": "7", "content-type": "application/json"},
          "password": "hunter2-Really99", "text": "hello", "list": [{"note": "see @"}]})");
  value.find("list")->items()[0].set("note", std::string("see ghp_") + "Zq81kXw0PbT5yLr7Vn" + "E3cUjH9sMd2FgA6oKi");
  CHECK(smoke::redact_secrets(value) == 4);
  CHECK(value["headers"]["authorization"].string() == "redacted");
  CHECK(value["headers"]["content-type"].string() == "application/json");
  CHECK(value["password"].string() == "redacted");
  CHECK(value["text"].string() == "hello");
  CHECK(value["list"].items()[0]["note"].string() == "see redacted");
}

TEST_CASE("the whole block of a private key is redacted") {
  for (const char* kind : {"PRIVATE", "RSA PRIVATE", "EC PRIVATE", "ENCRYPTED PRIVATE"}) {
    CAPTURE(kind);
    CHECK(redacted("key: " + pem(kind) + "thanks") == "key: redacted\nthanks");
  }
  const std::string text = "it is " + pem("RSA PRIVATE") + "as asked";
  const std::string once = Tree(text).dump();
  const std::string twice = Tree(once).dump();
  for (const std::string& form : {once, twice, "log: " + once, "log: " + twice, R"({"a": )" + once + "}"}) {
    CAPTURE(form);
    const std::string out = redacted(form);
    CHECK_FALSE(has(out, "ojozbl89"));
    CHECK_FALSE(has(out, "q7Zr2Xw9"));
    CHECK(has(out, "as asked"));
  }
  CHECK(redacted("a " + pem("PRIVATE").substr(0, 150)) == "a redacted");  // cut: to the end of the text
}

TEST_CASE("signatures of urls, cookies and authorizations in texts are redacted") {
  CHECK(redacted("https://x.blob.example/f?sv=2022&sig=a%2Fb1%3D&se=2026") ==
        "https://x.blob.example/f?sv=2022&sig=redacted&se=2026");
  CHECK(redacted("see https://s3.example/f?X-Amz-Credential=AB%2F2026&X-Amz-Signature=0abc9 there") ==
        "see https://s3.example/f?X-Amz-Credential=redacted&X-Amz-Signature=redacted there");
  CHECK(redacted("https://g.example/f?X-Goog-Signature=77aa&x=1") ==
        "https://g.example/f?X-Goog-Signature=redacted&x=1");
  CHECK(redacted("GET /\nCookie: a=b; theme=dark\nAccept: */*") == "GET /\nCookie: redacted\nAccept: */*");
  CHECK(redacted("curl -H 'Authorization: Token 12ab' https://a.example") ==
        "curl -H 'Authorization: redacted' https://a.example");
  CHECK(redacted(R"({"authorization": "Token 12ab", "n": 1})") == R"({"authorization":"redacted","n":1})");
  CHECK(redacted(R"(sent {\"authorization\": \"Token 12ab\"} and more)") ==
        R"(sent {\"authorization\": \"redacted\"} and more)");
  CHECK(redacted("the session begins on Tuesday; tokens: 12") == "the session begins on Tuesday; tokens: 12");
}

TEST_CASE("a field whose name says secret is redacted as a whole") {
  for (const char* name : {"sid", "session", "token", "access_token", "kennwort", "Passwort", "cookie", "authorization",
                           "signature", "connect.sid"}) {
    CAPTURE(name);
    CHECK(redacted("abc", name) == "redacted");
  }
  CHECK(redacted("abc", "nextPageToken") == "abc");
  CHECK(redacted("{{run}}", "session") == "{{run}}");
  Tree nested = *Tree::parse(R"({"token": {"value": "abc", "kind": "x"}, "pin": 1234, "max_tokens": 500,
                                 "fields": [{"name": "X-Api-Key", "value": "abc"}]})");
  CHECK(smoke::redact_secrets(nested) == 4);
  CHECK(nested["token"]["value"].string() == "redacted");
  CHECK(nested["pin"].integer_or(7) == 0);
  CHECK(nested["max_tokens"].integer_or(0) == 500);
  CHECK(nested["fields"].items()[0]["value"].string() == "redacted");
}

TEST_CASE("texts keep their shape, and the words that workflows contain") {
  const auto workflows = workflow_of(R"([{"parameters": {"jsCode": "if (text.startsWith('todo')) {}"}}])");
  const smoke::TextScrambler scrambler(workflows);
  Tree value = *Tree::parse(
      R"(["todo Call Anna: 0664 1234567!", "Anna", "{{run}}-x", "2026-01-02T03:04:05Z", "Zoë 東京 🔵", "::todo 12"])");
  scrambler.apply(value);
  const auto at = [&value](std::size_t i) { return value.items()[i].string(); };
  CHECK(at(0).starts_with("todo "));
  CHECK(at(0).size() == std::string("todo Call Anna: 0664 1234567!").size());
  CHECK(at(0).find("Anna") == std::string::npos);
  CHECK(at(0).find("1234567") == std::string::npos);
  CHECK(at(0).find(at(1) + ":") != std::string::npos);  // the same word by the same one
  CHECK(at(2).starts_with("{{run}}-"));
  CHECK(at(3) == "2026-01-02T03:04:05Z");
  CHECK(at(4).find("東京") == std::string::npos);
  CHECK(at(4).ends_with("🔵"));
  CHECK(at(4).size() == std::string("Zoë 東京 🔵").size());
  CHECK(at(5) == "::todo 12");
}

TEST_CASE("a date in a text hides nothing, and stays a date") {
  const smoke::TextScrambler scrambler({});
  Tree value =
      *Tree::parse(R"(["2026-11-30 Anna Berger called", "1985-03-12", "12.03.1985", "born 1985-03-12T00:00:00Z",
                                "2026-11-30T10:11:12.123+01:00", "{\"who\":\"Anna\\nBerger\"}"])");
  scrambler.apply(value);
  const auto at = [&value](std::size_t i) { return value.items()[i].string(); };
  CHECK_FALSE(has(at(0), "Anna"));
  CHECK_FALSE(has(at(0), "Berger"));
  CHECK(at(1) != "1985-03-12");
  CHECK(at(1).size() == 10);
  const int month = std::stoi(at(1).substr(5, 2));
  const int day = std::stoi(at(1).substr(8, 2));
  CHECK((month >= 1 && month <= 12 && day >= 1 && day <= 28));
  CHECK(at(2) != "12.03.1985");
  CHECK(std::stoi(at(2).substr(0, 2)) <= 12);
  CHECK(has(at(3), at(1) + "T00:00:00Z"));
  CHECK(at(4) == "2026-11-30T10:11:12.123+01:00");
  const Result<Tree> inner = Tree::parse(at(5));
  REQUIRE(inner.ok());
  CHECK_FALSE(has((*inner)["who"].string(), "Anna"));
  CHECK(has((*inner)["who"].string(), "\n"));
}

TEST_CASE("long numbers are replaced, the same one always by the same") {
  const smoke::TextScrambler scrambler({});
  Tree value = *Tree::parse(R"({"phone": 4366412345678, "again": 4366412345678, "text": "4366412345678", "price": 1999,
                                "lat": 48.2081743, "created_at": 1764500000, "card": 4111111111111111, "debt": -7654321})");
  scrambler.apply(value);
  const auto text = [&value](const char* key) { return value[key].dump(); };
  CHECK(text("phone") != "4366412345678");
  CHECK(text("phone").size() == 13);
  CHECK(text("phone") == text("again"));
  CHECK(value["text"].string() == text("phone"));
  CHECK(text("price") == "1999");
  CHECK(text("lat").starts_with("48.2"));
  CHECK(text("lat") != "48.2081743");
  CHECK(text("created_at") == "1764500000");
  CHECK(text("card") != "4111111111111111");
  CHECK(value["card"].is_number());
  CHECK(text("debt").starts_with("-"));
}

TEST_CASE("numbers in groups, UUIDs and early timestamps are replaced in their own form") {
  const smoke::TextScrambler scrambler({});
  const auto scrambled = [&scrambler](const std::string& text) {
    Tree value = Tree::object();
    value.set("content", text);
    scrambler.apply(value);
    return value["content"].string();
  };
  for (const char* number : {"+43 660 123 45 67", "06 12 34 56 78", "529.982.247-25", "1 85 04 78 006 084 36"}) {
    CAPTURE(number);
    const std::string other = scrambled(number);
    CHECK(other != number);
    CHECK(other.size() == std::string(number).size());
    CHECK(scrambled(std::string("call ") + number) != std::string("call ") + number);
  }
  CHECK(scrambled("1 of 2, page 3") == scrambled("1 of 2, page 3"));
  const std::string id = scrambled("3f2504e0-4f89-11d3-9a0c-0305e82c3301");
  CHECK(id != "3f2504e0-4f89-11d3-9a0c-0305e82c3301");
  CHECK(id.find_first_not_of("0123456789abcdef-") == std::string::npos);
  CHECK(id[14] == '1');
  CHECK(scrambled("1985-04-02T22:00:00.000Z") != "1985-04-02T22:00:00.000Z");
  CHECK(scrambled("2026-04-02T22:00:00.000Z") == "2026-04-02T22:00:00.000Z");
}

TEST_CASE("no two keys of an object become the same") {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) {
    const std::string letters = {char('A' + i % 26), char('A' + i / 26 % 26), char('A' + i / 676)};
    text += (i == 0 ? "\"" : ", \"") + letters + "\": 1";
  }
  const smoke::TextScrambler scrambler({});
  Tree value = *Tree::parse(text + R"(, "AT": 2, "CH": 3})");
  scrambler.apply(value);
  CHECK(Tree::parse(value.dump()).ok());
  CHECK(value["AT"].dump() == "2");
}

TEST_CASE("a private key in a list of lines is redacted as a whole") {
  const std::string text = "before\n" + pem("RSA PRIVATE") + "after";
  Tree lines = Tree::array();
  for (const std::string_view line : text::lines(text)) lines.push(Tree(std::string(line)));
  Tree value = Tree::object();
  value.set("out", lines);
  CHECK(smoke::redact_secrets(value) > 0);
  CHECK_FALSE(has(value.dump(), kLine));
  CHECK(has(value.dump(), "before"));
  CHECK(has(value.dump(), "after"));
}

TEST_CASE("keys that are no field names are replaced, those of mocks stay") {
  const auto workflows = workflow_of(R"([{"parameters": {"jsCode": "return $json['Order No']"}}])");
  const smoke::TextScrambler scrambler(workflows);
  Tree value = *Tree::parse(R"({"anna@mail.example": 1, "Hauptgasse 5": 2, "Order No": 3, "user_id": 4, "Berger": 5})");
  scrambler.apply(value);
  CHECK_FALSE(has(value.dump(), "anna"));
  CHECK_FALSE(has(value.dump(), "Hauptgasse"));
  CHECK_FALSE(has(value.dump(), "Berger"));
  CHECK(value["Order No"].integer_or(0) == 3);
  CHECK(value["user_id"].integer_or(0) == 4);
  Tree mocks = *Tree::parse(R"({"Flow Anna/Ask": [{"items": [{"anna@mail.example": "Berger"}], "when": "Berger"}]})");
  scrambler.apply_to_mocks(mocks);
  const Tree& entry = mocks["Flow Anna/Ask"].items()[0];
  CHECK_FALSE(has(entry.dump(), "Berger"));
  CHECK_FALSE(has(entry.dump(), "anna@"));
  CHECK(entry["items"].items()[0].members()[0].second.string() == entry["when"].string());
}

TEST_CASE("of workflows only the words that decide stay") {
  const auto workflows = workflow_of(R"([
    {"name": "Note", "type": "n8n-nodes-base.stickyNote", "parameters": {"content": "ask Anna Berger"}},
    {"name": "Mail Huber", "notes": "for Maier", "type": "n8n-nodes-base.code",
     "parameters": {"jsCode": "// Wagner wants it\nif (x === 'Order Placed' || y == 'Gruber') {}"}},
    {"name": "Ask", "parameters": {"text": "=Dear Bauer, we write to you today {{ $json.kind === 'Urgent' }}"}},
    {"name": "If", "parameters": {"rightValue": "Approved"}}])");
  const smoke::TextScrambler scrambler(workflows);
  Tree value = *Tree::parse(
      R"(["Anna", "Berger", "Huber", "Maier", "Wagner", "Bauer", "Order Placed", "Gruber", "Urgent", "Approved"])");
  const Tree before = value;
  scrambler.apply(value);
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    CAPTURE(before.items()[i].string());
    CHECK((value.items()[i] == before.items()[i]) == (i >= 6));
  }
}
