#include "n8n/api.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.h"
#include "n8n/credential_store.h"
#include "n8n/fake_server.h"
#include "n8n/lock.h"

using namespace kairon;
using namespace kairon::n8n;

namespace {

http::Response response(int status, const std::string& body) {
  http::Response out;
  out.status = status;
  out.body = body;
  return out;
}

http::Response without_answer(http::Fault fault) {
  http::Response out;
  out.fault = fault;
  out.problem = "no answer";
  return out;
}

// Answers the same to everything.
class Monotone final : public http::Transport {
 public:
  explicit Monotone(http::Response answer) : answer_(std::move(answer)) {}
  http::Response send(const http::Request& /*request*/) override { return answer_; }

 private:
  http::Response answer_;
};

}  // namespace

TEST_CASE("the body decides what an answer means, not the status") {
  const auto verdict = [](int status, const std::string& body) { return judge(response(status, body)).verdict; };
  CHECK(verdict(200, R"({"data":[]})") == Verdict::ok);
  CHECK(verdict(204, "") == Verdict::ok);
  CHECK(verdict(200, "n8n is starting up. Please wait") == Verdict::starting);
  CHECK(verdict(401, R"({"message":"unauthorized"})") == Verdict::wrong_key);
  CHECK(verdict(401, R"({"message":"connect ECONNREFUSED 127.0.0.1:5432"})") == Verdict::database_down);
  CHECK(verdict(401, R"({"message":"read ECONNRESET"})") == Verdict::database_down);
  CHECK(verdict(400, R"({"message":"Connection terminated unexpectedly"})") == Verdict::database_down);
  CHECK(verdict(503, R"({"code":503,"message":"Database is not ready!","stacktrace":""})") == Verdict::database_down);
  CHECK(verdict(403, R"({"message":"Forbidden"})") == Verdict::forbidden);
  CHECK(verdict(404, R"({"message":"Not Found"})") == Verdict::not_found);
  CHECK(verdict(404, "<html>Cannot GET /api</html>") == Verdict::not_n8n);
  CHECK(verdict(200, "<html>Welcome to nginx</html>") == Verdict::not_n8n);
  CHECK(verdict(301, R"({"message":"moved"})") == Verdict::not_n8n);
  CHECK(verdict(502, "Bad Gateway") == Verdict::starting);
  CHECK(verdict(429, "slow down") == Verdict::starting);
  CHECK(verdict(413, "<html>too large</html>") == Verdict::refused);
  CHECK(verdict(500, "<html>error</html>") == Verdict::refused);
  CHECK(verdict(400, R"({"message":"request/body must NOT have additional properties"})") == Verdict::refused);
  CHECK(judge(without_answer(http::Fault::not_connected)).verdict == Verdict::unreachable);
  CHECK(judge(without_answer(http::Fault::lost)).verdict == Verdict::lost);
  CHECK(judge(without_answer(http::Fault::timed_out)).verdict == Verdict::lost);
}

TEST_CASE("a server that does not become ready is an environment error with cause and remedy") {
  struct Row {
    http::Response answer;
    const char* cause;
    const char* remedy;
  };
  const Row rows[] = {
      {response(401, R"({"message":"unauthorized"})"), "refuses the API key", "Settings > n8n API"},
      {response(403, R"({"message":"Forbidden"})"), "lacks a scope", "workflow:*"},
      {response(503, R"({"message":"Database is not ready!"})"), "the database of n8n", "start n8n's PostgreSQL"},
      {response(200, "n8n is starting up. Please wait"), "did not finish starting", "n8n's log"},
      {response(200, "<html>Welcome</html>"), "is not an n8n", "n8nUrl"},
      {response(404, R"({"message":"not found"})"), "is not an n8n", "N8N_PUBLIC_API_DISABLED"},
      {without_answer(http::Fault::not_connected), "no answer", "n8nUrl and sshHost"},
      {without_answer(http::Fault::lost), "no answer", "that n8n runs"}};
  using std::chrono::milliseconds;
  const Patience none{milliseconds(0), milliseconds(0), milliseconds(0), milliseconds(0), milliseconds(0)};
  for (const Row& row : rows) {
    CAPTURE(row.cause);
    Monotone server(row.answer);
    Api api(server, "http://n8n.example", none);
    try {
      api.wait_ready();
      FAIL("it was taken for ready");
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::environment);
      CHECK(error.message().text.find(row.cause) != std::string::npos);
      CHECK(error.message().remedy.find(row.remedy) != std::string::npos);
    }
  }
}

TEST_CASE("more than 250 workflows are read page by page, each once") {
  FakeServer server(Dialect::one);
  for (int i = 0; i < 613; ++i) server.put(*Tree::parse(R"({"name":"W)" + std::to_string(i) + R"(","nodes":[]})"));
  Api api(server, "http://n8n.example");
  CHECK(api.workflows().size() == 613);
}

TEST_CASE("the base url is the same with and without what people add to it") {
  for (const char* url : {"https://a.example/n8n", "https://a.example/n8n/", "https://a.example/n8n/api/v1",
                          "https://a.example/n8n/api/v1/"})
    CHECK(api_base(url) == "https://a.example/n8n");
}

namespace {

/// A repository's note of its lock.
struct Repository {
  std::string tag = {};
  [[nodiscard]] LockNote note() {
    return {[this] { return tag; }, [this](std::string_view text) { tag = text; }};
  }
};

}  // namespace

TEST_CASE("the lock tag: the second is told who has it, a killed run's is given back to its owner only") {
  FakeServer server(Dialect::one);
  Api api(server, "http://n8n.example");
  Repository a;
  Repository b;
  Repository clone;
  const std::size_t begun = server.requests();
  {
    const auto held = lock_with_tag(api, "anna@laptop", a.note(), StaleLock::respect);
    CHECK(server.requests() - begun == 2);
    try {
      (void)lock_with_tag(api, "bert@ci", b.note(), StaleLock::respect);
      FAIL("locked twice");
    } catch (const Error& error) {
      CHECK(error.message().text.find("anna@laptop since 2026-01-01") != std::string::npos);
    }
    CHECK_THROWS_AS((void)remove_own_tag(api, "bert@ci"), Error);
    CHECK_THROWS_AS((void)lock_with_tag(api, "anna@laptop", clone.note(), StaleLock::respect), Error);
    CHECK(b.tag.empty());
    // The same repository: nobody else of it can be at work, so it was killed.
    CHECK_NOTHROW((void)lock_with_tag(api, "anna@laptop", a.note(), StaleLock::respect));
  }
  CHECK(a.tag.empty());
  CHECK(api.tags().empty());
  for (const char* name : {"kairon-lock", "kairon-by anna@laptop"}) {
    Tree tag = Tree::object();
    tag.set("name", name);
    REQUIRE(api.send("POST", "/tags", &tag).ok());
  }
  CHECK(remove_own_tag(api, "anna@laptop"));
  CHECK_FALSE(remove_own_tag(api, "anna@laptop"));
  CHECK(api.tags().empty());
}

TEST_CASE("the lock tag of a run that was killed at any request of it is taken over, another's never") {
  for (std::size_t at = 1; at <= 4; ++at) {
    for (const Weather weather : {Weather::kill_before, Weather::kill_after}) {
      CAPTURE(at);
      FakeServer server(Dialect::one);
      Api api(server, "http://n8n.example", {.settle = std::chrono::milliseconds(1)});
      Repository killed;
      server.disturb(at, weather);
      try {
        (void)lock_with_tag(api, "anna@laptop", killed.note(), StaleLock::respect);
      } catch (const Killed&) {
      }
      server.calm();
      const Repository before = killed;
      CHECK_NOTHROW((void)lock_with_tag(api, "anna@laptop", killed.note(), StaleLock::respect));
      CHECK(killed.tag.empty());
      for (const Tree& tag : api.tags()) (void)api.send("DELETE", "/tags/" + tag["id"].string());
      // Somebody took the lock since.
      Repository other;
      const auto held = lock_with_tag(api, "bert@ci", other.note(), StaleLock::respect);
      Repository again = before;
      CHECK_THROWS_AS((void)lock_with_tag(api, "anna@laptop", again.note(), StaleLock::respect), Error);
    }
  }
}

namespace {

/// Answers with each of these in turn, the last one for ever.
class Sequence final : public http::Transport {
 public:
  explicit Sequence(std::vector<http::Response> answers) : answers_(std::move(answers)) {}
  http::Response send(const http::Request& request) override {
    methods.push_back(request.method);
    const std::size_t at = std::min(methods.size(), answers_.size()) - 1;
    return answers_[at];
  }
  std::vector<std::string> methods;

 private:
  std::vector<http::Response> answers_;
};

/// Time that passes only while somebody waits.
class CountedTime final : public Timekeeper {
 public:
  std::chrono::steady_clock::time_point now() override { return std::chrono::steady_clock::time_point(waited); }
  void wait(std::chrono::milliseconds time) override { waited += time; }
  std::chrono::milliseconds waited{0};
};

http::Response asked_to_wait(int status, const std::string& how_long, const std::string& date = "") {
  http::Response out = response(status, R"({"message":"Too many requests"})");
  out.headers = {{"Retry-After", how_long}};
  if (!date.empty()) out.headers.push_back({"Date", date});
  return out;
}

const http::Response kDone = response(200, R"({"id":"7","name":"W","nodes":[],"connections":{},"settings":{}})");

}  // namespace

TEST_CASE("Retry-After is waited for, in seconds and as a date, within a bound") {
  using std::chrono::milliseconds;
  const std::string now = "Sun, 29 Nov 2026 12:00:00 GMT";
  const std::string later = "Sun, 29 Nov 2026 12:00:09 GMT";
  for (const http::Response& busy :
       {asked_to_wait(429, "9"), asked_to_wait(503, "9"), asked_to_wait(429, later, now)}) {
    Sequence server({busy, kDone});
    CountedTime time;
    Api api(server, "http://n8n.example", {}, time);
    CHECK(api.update("7", *Tree::parse(R"({"name":"W","nodes":[]})")).ok());
    CHECK(time.waited == milliseconds(9000));
    CHECK(server.methods.size() == 2);
  }
  const http::Response list = response(200, R"({"data":[],"nextCursor":null})");
  Sequence starting({asked_to_wait(429, "9"), list});
  CountedTime waiting;
  Api first(starting, "http://n8n.example", {}, waiting);
  CHECK(first.workflows_when_ready().empty());
  CHECK(waiting.waited == milliseconds(9000));
  Sequence busy({asked_to_wait(429, "3600"), list});
  Api second(busy, "http://n8n.example", {}, waiting);
  CHECK_THROWS_AS((void)second.workflows_when_ready(), Error);
  CHECK(busy.methods.size() == 1);
  Sequence server({asked_to_wait(429, "3600")});
  CountedTime time;
  Api api(server, "http://n8n.example", {}, time);
  const Reply reply = api.update("7", *Tree::parse(R"({"name":"W","nodes":[]})"));
  CHECK_FALSE(reply.ok());
  CHECK(time.waited == milliseconds(0));
  CHECK(cause(reply) == "Too many requests (asks to wait 3600 s) (HTTP 429)");
}

TEST_CASE("an update that is not answered in time is sent once, and looked for") {
  const Tree body = *Tree::parse(R"({"name":"W","nodes":[{"name":"N"}],"connections":{},"settings":{}})");
  const auto row = [](const std::string& stamp, const std::string& nodes) {
    return response(200, R"({"id":"7","name":"W","updatedAt":")" + stamp + R"(","nodes":)" + nodes +
                             R"(,"connections":{},"settings":{}})");
  };
  const http::Response before = row("1", "[]");
  const http::Response after = row("2", R"([{"name":"N"}])");
  for (const bool arrives : {true, false}) {
    CAPTURE(arrives);
    Sequence server({before, without_answer(http::Fault::timed_out), before, before, arrives ? after : before});
    CountedTime time;
    Api api(server, "http://n8n.example", {}, time);
    CHECK(api.workflow("7").ok());
    CHECK(api.update("7", body).ok() == arrives);
    CHECK(std::count(server.methods.begin(), server.methods.end(), "PUT") == 1);
    CHECK(api.unanswered().size() == (arrives ? 0 : 1));
    CHECK(time.waited <= std::chrono::seconds(31));
  }
}

TEST_CASE("an unanswered write survives the journal") {
  Unanswered write{WriteKind::deactivate, "7", "W", {}, "\"1\"", 1800000000, true};
  const Unanswered read = unanswered_from(*Tree::parse(to_tree(write).dump()));
  CHECK(read.kind == write.kind);
  CHECK(read.had_nodes);
  CHECK(described(read) == "the deactivation of 'W' that was sent at 2027-01-15T08:00:00Z");
}

TEST_CASE("no message shows the API key or a value of a credential that the server repeats") {
  const std::string key = "eyJhbGciOiJIUzI1NiJ9." + std::string(400, 'k');
  const auto said = [&key](int status, const std::string& repeated) {
    Tree body = Tree::object();
    body.set("message", "bad header X-N8N-API-KEY: " + repeated);
    Monotone server(response(status, body.dump()));
    Patience patience;
    patience.refused = patience.ready = std::chrono::milliseconds(0);
    Api api(server, "http://n8n.example", patience);
    api.hide(key);
    std::string all;
    try {
      api.wait_ready();
    } catch (const Error& error) {
      all += error.message().text + error.message().remedy;
    }
    Tree credential = Tree::object();
    credential.set("password", "sec\"ret-1");
    credential.set("nested", Tree::array()).push("second-secret");
    const Result<void> made = create_credential(api, {"postgres", "Main DB", credential});
    return all + (made.ok() ? "" : made.failure().text);
  };
  for (const int status : {400, 401, 403, 500}) {
    CAPTURE(status);
    CHECK(said(status, key).find("eyJ") == std::string::npos);
    CHECK(said(status, key).find("X-N8N-API-KEY: ***") != std::string::npos);
    CHECK(said(status, "sec\"ret-1 second-secret").find("X-N8N-API-KEY: *** ***") != std::string::npos);
    CHECK(said(status, std::string(280, ' ') + key).find("eyJ") == std::string::npos);
  }
  CHECK(said(200, key).find("eyJ") == std::string::npos);  // a proxy that calls its error page right
}
