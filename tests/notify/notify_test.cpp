#include "notify/notify.h"

#include <doctest/doctest.h>

#include <array>
#include <csignal>

#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/unseen.h"
#include "http/client.h"
#include "json/document.h"
#include "notify/notification.h"
#include "support/loopback.h"

using namespace kairon;
using config::Settings;
using notify::Delivery;
using notify::JobOutcome;
using notify::Notice;

namespace {

constexpr const char* kNoContent = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

Settings settings_of(std::string dot_env) {
  Settings::Layers layers;
  layers.dot_env = std::move(dot_env);
  return Settings::merge(layers);
}

std::string env_line(std::string_view name, std::string_view value) {
  return std::string(name) + "=" + std::string(value) + "\n";
}

/// A transport that keeps the last request and answers as told.
class Fake final : public http::Transport {
 public:
  http::Response answer = {};
  http::Request last = {};
  int calls = 0;
  bool interrupts = false;
  http::Response send(const http::Request& request) override {
    ++calls;
    last = request;
    if (interrupts) throw Error(ExitCode::interrupted, "interrupted");
    return answer;
  }
};

struct Sent {
  std::string head;
  std::unique_ptr<json::Document> body;
  [[nodiscard]] json::Value root() const { return body->root(); }
};

Sent read_request(const std::string& request) {
  const std::size_t end = request.find("\r\n\r\n");
  REQUIRE(end != std::string::npos);
  auto parsed = json::Document::parse(request.substr(end + 4));
  REQUIRE(parsed.document);
  return {request.substr(0, end), std::move(parsed.document)};
}

/// Sends one notice over a real connection and returns what the server got.
Sent deliver(const test::Loopback& server, const Settings& settings, const Notice& notice) {
  const Delivery delivery = notify::notify(settings, notice);
  CHECK(delivery.problem.empty());
  REQUIRE(delivery.state == Delivery::State::sent);
  REQUIRE(server.requests().size() == 1);
  return read_request(server.requests().front());
}

const Notice kBackupFailed{"backup", "prod", JobOutcome::failed, "pg_dump ended with 1", {"disk <full> & *sad*"}};

}  // namespace

TEST_CASE("Discord gets an embed that mentions nobody and formats nothing") {
  const test::Loopback server(kNoContent);
  const Settings settings = settings_of(env_line("DISCORD_KAIRON_LOGS_WEBHOOK", server.url("/api/webhooks/1/abc")));
  const Sent sent = deliver(server, settings, kBackupFailed);
  CHECK(sent.head.starts_with("POST /api/webhooks/1/abc HTTP/1.1"));
  CHECK(text::contains(sent.head, "Content-Type: application/json"));
  CHECK(sent.root()["username"].string() == "Kairon");
  CHECK(sent.root()["allowed_mentions"]["parse"].is_array());
  CHECK(sent.root()["allowed_mentions"]["parse"].empty());
  const json::Value embed = sent.root()["embeds"].at(0);
  CHECK(embed["title"].string() == "Kairon: backup failed (prod)");
  CHECK(embed["description"].string() == "pg\\_dump ended with 1\n- disk \\<full\\> & \\*sad\\*");
  CHECK(embed["color"].number() == 0xD92D20);
}

TEST_CASE("Slack gets text with its three control characters escaped") {
  const test::Loopback server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  const Settings settings =
      settings_of(env_line("KAIRON_NOTIFY_URL", server.url("/services/T/B/x")) + "KAIRON_NOTIFY_KIND=slack\n");
  const Sent sent = deliver(server, settings, kBackupFailed);
  CHECK(sent.head.starts_with("POST /services/T/B/x HTTP/1.1"));
  CHECK(sent.root()["text"].string() == "Kairon: backup failed (prod)");
  const json::Value attachment = sent.root()["attachments"].at(0);
  CHECK(attachment["text"].string() == "pg_dump ended with 1\n- disk &lt;full&gt; &amp; *sad*");
  CHECK(attachment["color"].string() == "danger");
  CHECK(attachment["mrkdwn_in"].empty());
}

TEST_CASE("ntfy gets JSON at its root, with the topic inside and a token when there is one") {
  const test::Loopback server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
  const Settings settings = settings_of(env_line("NTFY_URL", server.url("/")) + "NTFY_TOPIC=kairon-alerts\n" +
                                        "KAIRON_NOTIFY_TOKEN=tk_0123456789\n");
  const Sent sent = deliver(server, settings, {"health", "prod", JobOutcome::recovered, "all is well again", {}});
  CHECK(sent.head.starts_with("POST / HTTP/1.1"));
  CHECK(text::contains(sent.head, "Authorization: Bearer tk_0123456789"));
  CHECK(sent.root()["topic"].string() == "kairon-alerts");
  CHECK(sent.root()["title"].string() == "Kairon: health works again (prod)");
  CHECK(sent.root()["message"].string() == "all is well again");
  CHECK(sent.root()["priority"].number() == 3);
}

TEST_CASE("hostile names and texts are harmless at every receiver") {
  constexpr std::array kTexts = {
      "a\xE2\x80\xAE"
      "b",
      "a\x1B[2Jb",
      "a\nb\r\nc",
      "::error::x",
      "a ##[add-path]x",
      "a\xC2\x9B"
      "31mb",
      "a\x9B\xFF",
      "a\xE2\x80\xA8"
      "b",
      "@everyone <@1> <!channel>"};
  for (const char* kind : {"discord", "slack", "ntfy", "json"}) {
    for (const char* hostile : kTexts) {
      CAPTURE(kind);
      CAPTURE(hostile);
      Fake transport;
      transport.answer.status = 204;
      const Settings settings =
          settings_of(std::string("KAIRON_NOTIFY_URL=https://example.org/x\nKAIRON_NOTIFY_KIND=") + kind + "\n");
      const std::vector<Notice> notices{{"backup", "prod", JobOutcome::failed, hostile, {hostile, hostile}}};
      REQUIRE(notify::notify_over(transport, settings, notices).state == Delivery::State::sent);
      const std::string body = transport.last.body.value_or("");
      for (std::size_t at = 0; at < body.size(); ++at) CHECK(text::unseen_length(body, at) == 0);
      CHECK(text::invalid_utf8(body) == std::string::npos);
      // Two lines of details and the title, whatever the texts hold.
      const auto parsed = json::Document::parse(body);
      REQUIRE(parsed.document);
      CHECK(text::contains(body, "##[") == false);
      std::size_t lines = 0;
      for (std::size_t at = body.find("\\n"); at != std::string::npos; at = body.find("\\n", at + 1)) ++lines;
      CHECK(lines == (std::string_view(kind) == "json" ? 0 : 2));
      if (std::string_view(kind) == "discord") {
        CHECK(parsed.document->root()["allowed_mentions"]["parse"].empty());
        CHECK_FALSE(text::contains(body, "<@"));
      }
      if (std::string_view(kind) == "slack") CHECK_FALSE(text::contains(body, "<!"));
    }
  }
}

TEST_CASE("plain JSON says everything in fields of its own") {
  const test::Loopback server(kNoContent);
  const Sent sent = deliver(server, settings_of(env_line("KAIRON_NOTIFY_URL", server.url("/hook"))), kBackupFailed);
  CHECK(sent.root()["version"].number() == 1);
  CHECK(sent.root()["job"].string() == "backup");
  CHECK(sent.root()["environment"].string() == "prod");
  CHECK(sent.root()["outcome"].string() == "failed");
  CHECK(sent.root()["summary"].string() == "pg_dump ended with 1");
  CHECK(sent.root()["details"].at(0).string() == "disk <full> & *sad*");
  CHECK(sent.root()["omitted"].number() == 0);
  CHECK(sent.root()["time"].string().size() == 20);
}

TEST_CASE("without a kind the host decides, and a kind of another variable's url does not count") {
  const auto kind = [](const std::string& dot_env) { return notify::receiver_of(settings_of(dot_env)).kind; };
  CHECK(kind("KAIRON_NOTIFY_URL=https://discord.com/api/webhooks/1/x\n") == "discord");
  CHECK(kind("KAIRON_NOTIFY_URL=https://hooks.slack.com/services/x\n") == "slack");
  CHECK(kind("KAIRON_NOTIFY_URL=https://ntfy.sh/topic\n") == "ntfy");
  CHECK(kind("KAIRON_NOTIFY_URL=https://example.org/x\n") == "json");
  CHECK(kind("KAIRON_NOTIFY_URL=https://ntfy.example.org/t\nKAIRON_NOTIFY_KIND=ntfy\n") == "ntfy");
  CHECK(kind("KAIRON_NOTIFY_URL=https://example.org/x\nNTFY_TOPIC=t\n") == "json");
  CHECK(kind("DISCORD_KAIRON_LOGS_WEBHOOK=https://chat.example.org/x\n") == "discord");
}

TEST_CASE("success is told only when it is wanted") {
  Fake transport;
  transport.answer.status = 204;
  const std::vector<Notice> done{{"backup", "prod", JobOutcome::done, "12 MB", {}}};
  const std::string url = "KAIRON_NOTIFY_URL=https://example.org/x\n";
  CHECK(notify::notify_over(transport, settings_of(url), done).state == Delivery::State::not_wanted);
  CHECK(notify::notify_over(transport, settings_of(""), done).state == Delivery::State::not_configured);
  CHECK(transport.calls == 0);
  CHECK(notify::notify_over(transport, settings_of(url + "KAIRON_NOTIFY_ON=always\n"), done).state ==
        Delivery::State::sent);
  CHECK(transport.calls == 1);
}

TEST_CASE("a failing receiver never fails the job, and its url stays secret") {
  const std::vector<Notice> notices{kBackupFailed};
  const auto problem = [&](const std::string& url) {
    const Delivery delivery = notify::notify(settings_of(env_line("KAIRON_NOTIFY_URL", url)), notices);
    CHECK(delivery.state == Delivery::State::failed);
    CHECK_FALSE(text::contains(delivery.problem, "s3cret"));
    return delivery.problem;
  };
  const test::Loopback refusing("HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\nConnection: close\r\n\r\ns3cret");
  CHECK(text::contains(problem(refusing.url("/s3cret")), "answered 404"));
  const test::Loopback moved(
      "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  CHECK(text::contains(problem(moved.url("/s3cret")), "answered 302"));
  CHECK(text::contains(problem("http://127.0.0.1:1/s3cret"), "does not accept connections"));
  CHECK(text::contains(problem("ftp://example.org/s3cret"), "not an absolute http"));
  const test::Loopback hanging("");
  CHECK(text::contains(problem(hanging.url("/s3cret")), "did not answer"));
  CHECK(text::contains(
      notify::notify(settings_of("KAIRON_NOTIFY_URL=https://example.org/\nKAIRON_NOTIFY_KIND=pigeon\n"), notices)
          .problem,
      "pigeon"));
}

TEST_CASE("an interrupted job still tells, and an interrupted message throws nothing") {
  signals::install();
  std::raise(SIGTERM);
  const test::Loopback server(kNoContent);
  const Delivery delivery = notify::notify(settings_of(env_line("KAIRON_NOTIFY_URL", server.url("/x"))), kBackupFailed);
  signals::clear();
  CHECK(delivery.state == Delivery::State::sent);
  Fake transport;
  transport.interrupts = true;
  const std::vector<Notice> notices{kBackupFailed};
  CHECK(notify::notify_over(transport, settings_of("KAIRON_NOTIFY_URL=https://example.org/x\n"), notices).state ==
        Delivery::State::failed);
}

TEST_CASE("no secret leaves: those of the settings, and those that look like one") {
  const Settings settings = settings_of(
      "KAIRON_NOTIFY_URL=https://example.org/hook/9f8e7d\n"
      "N8N_API_KEY=n8n_api_aaaabbbbccccdddd\n"
      "KAIRON_ENV_PROD_DATABASE=postgresql://app:hunter2hunter2@db.example.org/kairon\n"
      "DB_NAME_DEV=kairon_dev\nDB_PASSWORD=correct-horse\n");
  const Notice notice{"deploy",
                      "prod",
                      JobOutcome::failed,
                      "key n8n_api_aaaabbbbccccdddd refused by https://example.org/hook/9f8e7d",
                      {"password hunter2hunter2 of db.example.org", "dev: correct-horse",
                       "postgresql://app:hunter2hunter2@db.example.org/kairon is down",
                       "Authorization: token ghp_16C7e42F292c6912E7710c838347Ae178B4a"}};
  Fake transport;
  transport.answer.status = 200;
  REQUIRE(notify::notify_over(transport, settings, std::vector{notice}).state == Delivery::State::sent);
  const std::string body = transport.last.body.value_or("");
  for (const char* secret :
       {"n8n_api_aaaa", "9f8e7d", "hunter2", "correct-horse", "16C7e42F292c6912E7710c838347Ae178B4a"})
    CHECK_MESSAGE(!text::contains(body, secret), secret);
  CHECK(text::contains(body, "password *** of db.example.org"));
}

TEST_CASE("mass failures are one message of bounded size") {
  const notify::Scrubber scrubber(settings_of(""));
  SUBCASE("many lines of one job") {
    Notice notice{"health", "prod", JobOutcome::failed, "57 checks failed", {}};
    for (int i = 0; i < 57; ++i) notice.details.push_back("line " + std::to_string(i) + std::string(500, 'x'));
    const notify::Notification message = notify::fold(std::vector{notice}, scrubber);
    CHECK(message.lines.size() == notify::kMaxLines);
    CHECK(message.omitted == 47);
    const http::Request request = notify::request_for({"https://ntfy.sh/t", "ntfy", ""}, message);
    CHECK(request.body->size() < 4096);
    CHECK(text::contains(*request.body, "and 47 more"));
  }
  SUBCASE("many jobs, the failed ones first") {
    std::vector<Notice> notices;
    for (int i = 0; i < 12; ++i) notices.push_back({"smoke", "dev", JobOutcome::done, "fine", {}});
    notices.push_back({"backup", "prod", JobOutcome::failed, "no space", {}});
    notices.push_back({"deploy", "dev", JobOutcome::recovered, "green", {}});
    const notify::Notification message = notify::fold(notices, scrubber);
    CHECK(message.title == "Kairon: 14 jobs: 1 failed, 1 works again, 12 done");
    CHECK(message.outcome == JobOutcome::failed);
    CHECK(message.environment.empty());
    CHECK(message.lines[0] == "backup (prod) failed: no space");
    CHECK(message.omitted == 4);
  }
}

TEST_CASE("a cut line ends between characters, and control characters are shown") {
  const notify::Scrubber scrubber(settings_of(""));
  std::string long_line = "a";
  while (long_line.size() < 400) long_line += "\xC3\xA4";
  const notify::Notification message =
      notify::fold(std::vector<Notice>{{"drill", "", JobOutcome::failed, "one\ntwo\x1B[31m", {long_line}}}, scrubber);
  CHECK(message.title == "Kairon: drill failed");
  CHECK(message.summary == "one two\\x1b[31m");
  CHECK(message.lines[0].size() <= notify::kMaxLineBytes);
  CHECK(text::invalid_utf8(message.lines[0]) == std::string_view::npos);
}
