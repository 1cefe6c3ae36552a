#include "smoke/stored.h"

#include <doctest/doctest.h>

#include <map>

#include "base/error.h"
#include "base/text.h"

using namespace kairon;
using n8n::Tree;

namespace {

/// An n8n that keeps these executions: id -> answer; "large" for one that no client reads to its end, "cut" for one
/// whose row n8n cannot parse.
class Kept final : public http::Transport {
 public:
  explicit Kept(std::map<std::string, std::string> executions) : executions_(std::move(executions)) {}

  http::Response send(const http::Request& request) override {
    http::Response response;
    response.status = 200;
    if (text::contains(request.url, "/executions?")) {
      std::string rows;
      for (auto one = executions_.rbegin(); one != executions_.rend(); ++one)
        rows +=
            (rows.empty() ? "" : ",") + (R"({"id":")" + one->first + R"(","startedAt":"2999-01-01T00:00:00.000Z"})");
      response.body = R"({"data":[)" + rows + "]}";
      return response;
    }
    const std::size_t from = request.url.find("/executions/") + 12;
    const auto found = executions_.find(request.url.substr(from, request.url.find('?') - from));
    if (found == executions_.end()) {
      response.status = 404;
      response.body = R"({"message":"Not Found"})";
    } else if (found->second == "large") {
      ++cut;
      response.fault = http::Fault::too_large;
      response.problem = "the answer is too large";
    } else if (found->second == "cut") {
      response.status = 400;
      response.body = R"({"message":"Unterminated string in JSON at position 200"})";
    } else {
      response.body = found->second;
    }
    return response;
  }
  int cut = 0;

 private:
  std::map<std::string, std::string> executions_;
};

std::string execution(const std::string& id, const std::string& data, const std::string& mode = "webhook") {
  return R"({"id":")" + id + R"(","mode":")" + mode +
         R"(","status":"success","startedAt":"2999-01-01T00:00:00.000Z","stoppedAt":"2999-01-01T00:00:01.000Z",)"
         R"("workflowData":{"name":"Shop","nodes":[]},"data":)" +
         data + "}";
}

const std::string kWhole = R"({"resultData":{"runData":{"In":[{"data":{"main":[[{"json":{}}]]}}]}}})";

std::string message_of(Kept& kept, long long id) {
  n8n::Api api(kept, "http://n8n.example");
  try {
    (void)smoke::stored_tree(api, id);
  } catch (const Error& error) {
    return error.message().text;
  }
  return {};
}

}  // namespace

TEST_CASE("stored executions that cannot be used are counted, and the others are read") {
  Kept kept({{"1", execution("1", kWhole)},
             {"2", execution("2", "null")},
             {"3", "large"},
             {"4", execution("4", kWhole, "manual")},
             {"5", execution("5", R"({"resultData":{"runData":{}}})")},
             {"6", "cut"}});
  n8n::Api api(kept, "http://n8n.example");
  const smoke::StoredRuns runs = smoke::stored_since(api, 0, {});
  CHECK(runs.trees.size() == 1);
  REQUIRE(runs.notes.size() == 4);
  CHECK(text::contains(runs.notes[0], "2 executions stored without data: n8n keeps an execution when"));
  CHECK(runs.notes[1] == "1 execution larger than 64 MB");
  CHECK(runs.notes[2] == "1 execution whose data n8n cannot read");
  CHECK(runs.notes[3] == "1 execution started by hand in the editor");
  CHECK(kept.cut == 1);  // a repeat meets the same limit
}

TEST_CASE("one execution that cannot be used is refused with the reason") {
  Kept kept({{"1", execution("1", kWhole)},
             {"2", execution("2", "null")},
             {"3", "large"},
             {"4", execution("4", R"({"parentExecution":{"executionId":"99"},"resultData":{"runData":{}}})")}});
  CHECK(message_of(kept, 1).empty());
  CHECK(message_of(kept, 2) == "n8n stored no data of execution 2");
  CHECK(message_of(kept, 3) == "the data of execution 3 is larger than 64 MB");
  CHECK(message_of(kept, 4) == "n8n keeps no execution 99, which caused 4");
  CHECK(message_of(kept, 5) == "n8n keeps no execution 5");
}

TEST_CASE("an execution next to one that n8n cannot read is read") {
  Kept kept({{"1", execution("1", kWhole)}, {"2", "cut"}});
  CHECK(message_of(kept, 1).empty());
  CHECK(message_of(kept, 2) ==
        "n8n cannot read the data of execution 2: Unterminated string in JSON at position 200 (HTTP 400)");
}
