#include "smoke/case.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <span>

#include "base/environments.h"
#include "base/format.h"
#include "base/text.h"
#include "config/layers.h"
#include "deploy/recorded.h"
#include "json/document.h"

namespace kairon::smoke {

namespace {

using namespace std::string_view_literals;
using json::Value;

constexpr std::string_view kRun = "{{run}}";

constexpr std::array kCaseKeys = {"test_name"sv,   "webhook_data"sv, "webhook_path"sv,    "webhook_method"sv,
                                  "before"sv,      "expect"sv,       "environments"sv,    "expected_db_changes"sv,
                                  "description"sv, "mocks"sv,        "before_may_fail"sv, "recorded"sv};
constexpr std::array kRowKeys = {"events_created"sv, "traces_created"sv, "projections_created"sv, "projection_types"sv};
constexpr std::array kExpectKeys = {"status"sv,   "executions"sv, "last_node"sv, "workflow"sv,
                                    "tolerate"sv, "sql"sv,        "within"sv,    "nodes"sv};
constexpr std::array kAnswerKeys = {"items"sv, "outputs"sv, "error"sv, "when"sv};
constexpr std::array kSqlKeys = {"query"sv, "equals"sv};
constexpr std::array kMethods = {"POST"sv, "GET"sv, "PUT"sv, "PATCH"sv, "DELETE"sv};

/// Reads values by their type; what has another type becomes a problem of the file.
class Fields {
 public:
  Fields(const std::string& path, std::vector<CaseProblem>& problems) : path_(path), problems_(problems) {}

  void complain(const Value& where, std::string message, std::string help) {
    problems_.push_back({path_, where.position().line, {std::move(message), std::move(help)}});
  }

  void known_keys(const Value& object, std::span<const std::string_view> keys) {
    for (const Value member : object) {
      if (std::find(keys.begin(), keys.end(), member.key()) != keys.end()) continue;
      const std::string_view near = text::nearest(member.key(), keys);
      std::vector<std::string> all(keys.begin(), keys.end());
      complain(member.key_value(), format("unknown key \"{}\"", text::printable(member.key())),
               near.empty() ? "known are: " + text::join(all, ", ") : format("did you mean \"{}\"?", near));
    }
  }

  bool object(const Value& value, std::string_view key) {
    if (value.is_object()) return true;
    complain(value, format("{} is not an object", key), "write {...}");
    return false;
  }

  std::string string(const Value& object, std::string_view key) {
    const Value value = object[key];
    if (value.present() && !value.is_string()) complain(value, format("{} is not a text", key), "write it in quotes");
    return std::string(value.string());
  }

  std::string one_of(const Value& object, std::string_view key, std::span<const std::string_view> words) {
    const std::string given = string(object, key);
    if (given.empty() || std::find(words.begin(), words.end(), given) != words.end()) return given;
    std::vector<std::string> all(words.begin(), words.end());
    complain(object[key], format("{} is \"{}\"", key, text::printable(given)), "it is one of " + text::join(all, ", "));
    return {};
  }

  std::vector<std::string> strings(const Value& object, std::string_view key) {
    const Value list = object[key];
    std::vector<std::string> out;
    if (!list.present()) return out;
    if (!list.is_array()) complain(list, format("{} is not an array", key), "write [\"...\"]");
    for (const Value one : list) {
      if (!one.is_string()) complain(one, format("{} holds something that is not a text", key), "write it in quotes");
      out.emplace_back(one.string());
    }
    return out;
  }

  std::optional<long long> count(const Value& object, std::string_view key) {
    const Value value = object[key];
    if (!value.present()) return std::nullopt;
    const double number = value.number(-1);
    if (!value.is_number() || number < 0 || number > 1e9 || std::floor(number) != number) {
      complain(value, format("{} is not a whole number", key), "how many rows the message adds, 0 or more");
      return std::nullopt;
    }
    return static_cast<long long>(number);
  }

 private:
  const std::string& path_;
  std::vector<CaseProblem>& problems_;
};

class CaseReader {
 public:
  CaseReader(const std::string& path, CaseFile& file) : path_(path), file_(file), fields_(path, file.problems) {}

  void read(const Value& root) {
    if (!root.is_array()) return fields_.complain(root, "no array of cases", "write [ {\"test_name\": ...}, ... ]");
    if (root.empty()) return fields_.complain(root, "no case in this file", "add one: kairon new test WORKFLOW");
    for (const Value one : root) {
      const std::size_t before = file_.problems.size();
      SmokeCase found = read_case(one);
      if (file_.problems.size() == before) file_.cases.push_back(std::move(found));
    }
  }

 private:
  SmokeCase read_case(const Value& value) {
    SmokeCase out;
    out.path = path_;
    out.line = value.position().line;
    if (!fields_.object(value, "a case")) return out;
    fields_.known_keys(value, kCaseKeys);
    out.name = fields_.string(value, "test_name");
    if (out.name.empty()) fields_.complain(value, "a case without test_name", "every case needs a name of its own");
    if (!value["webhook_data"].is_object())
      fields_.complain(value, "a case without webhook_data", "the object that is sent to the webhook");
    out.data = n8n::Tree::from(value["webhook_data"]);
    out.webhook_path = trimmed_path(fields_.string(value, "webhook_path"));
    if (const std::string method = fields_.one_of(value, "webhook_method", kMethods); !method.empty())
      out.method = method;
    read_before(value["before"], out);
    if (const Value may = value["before_may_fail"]; may.present() && !may.is_boolean())
      fields_.complain(may, "before_may_fail is not true or false", "leave it out, or write true");
    out.before_may_fail = value["before_may_fail"].boolean();
    out.recorded = fields_.string(value, "recorded");
    for (const std::string& name : fields_.strings(value, "environments")) {
      if (name != "local" && std::find(kEnvironments.begin(), kEnvironments.end(), name) == kEnvironments.end())
        fields_.complain(value["environments"], format("no environment \"{}\"", text::printable(name)),
                         "local, dev, staging or prod");
      out.environments.insert(name);
    }
    if (value["mocks"].present()) read_mocks(value["mocks"], out);
    if (value["expected_db_changes"].present()) read_rows(value["expected_db_changes"], out.rows);
    if (value["expect"].present()) read_expect(value["expect"], out);
    return out;
  }

  void read_before(const Value& list, SmokeCase& out) {
    if (!list.present()) return;
    if (!list.is_array())
      fields_.complain(list, "before is not an array", "write [ {...} ], messages like webhook_data");
    for (const Value one : list)
      if (fields_.object(one, "a message of before")) out.before.push_back(n8n::Tree::from(one));
  }

  void read_mocks(const Value& value, SmokeCase& out) {
    if (!fields_.object(value, "mocks")) return;
    for (const Value entries : value) {
      if (!text::contains(entries.key(), "/"))
        fields_.complain(entries.key_value(), format("mocks: \"{}\" names no node", text::printable(entries.key())),
                         "write \"Workflow/Node\"");
      if (!entries.is_array()) fields_.complain(entries, "the answers of a node are not an array", "one entry a run");
      for (const Value one : entries) {
        if (!fields_.object(one, "an answer")) continue;
        fields_.known_keys(one, kAnswerKeys);
        if (!one["items"].is_array() && !one["outputs"].is_array() && !one["error"].is_string())
          fields_.complain(one, "an answer without items, outputs and error", "write {\"items\": [{...}]}");
      }
    }
    out.mocks = n8n::Tree::from(value);
  }

  void read_rows(const Value& value, ExpectedRows& out) {
    if (!fields_.object(value, "expected_db_changes")) return;
    fields_.known_keys(value, kRowKeys);
    out.events = fields_.count(value, "events_created");
    out.traces = fields_.count(value, "traces_created");
    out.projections = fields_.count(value, "projections_created");
    if (value["projection_types"].present()) out.types = fields_.strings(value, "projection_types");
  }

  void read_expect(const Value& value, SmokeCase& out) {
    if (!fields_.object(value, "expect")) return;
    fields_.known_keys(value, kExpectKeys);
    if (const auto status = fields_.count(value, "status")) {
      out.status = static_cast<int>(*status);
      if (*status < 100 || *status > 599)
        fields_.complain(value["status"], "status is not an HTTP status", "100 to 599");
    }
    constexpr std::array kResults = {"success"sv, "error"sv};
    if (fields_.one_of(value, "executions", kResults) == "error") out.executions = Executions::error;
    out.workflow = fields_.string(value, "workflow");
    out.last_node = fields_.string(value, "last_node");
    for (std::string& node : fields_.strings(value, "tolerate")) out.tolerated.insert(std::move(node));
    if (const Value within = value["within"]; within.present()) {
      out.within = within.is_number() ? config::parse_duration(within.raw()) : config::parse_duration(within.string());
      if (!out.within) fields_.complain(within, "within is not a valid duration", "write \"500ms\", \"30s\" or \"2m\"");
    }
    if (value["nodes"].present() && fields_.object(value["nodes"], "nodes"))
      for (const Value list : value["nodes"])
        out.nodes[std::string(list.key())] = fields_.strings(value["nodes"], list.key());
    read_sql(value["sql"], out);
  }

  void read_sql(const Value& list, SmokeCase& out) {
    if (!list.present()) return;
    if (!list.is_array()) fields_.complain(list, "sql is not an array", "write [ {\"query\": ..., \"equals\": ...} ]");
    for (const Value one : list) {
      if (!fields_.object(one, "a check of sql")) continue;
      fields_.known_keys(one, kSqlKeys);
      const std::string query = fields_.string(one, "query");
      if (query.empty()) fields_.complain(one, "a check without query", "one SELECT; $1 is the message's id");
      if (!one["equals"].present()) fields_.complain(one, "a check without equals", "the value that the query gives");
      out.sql.push_back({query, n8n::Tree::from(one["equals"])});
    }
  }

  const std::string& path_;
  CaseFile& file_;
  Fields fields_;
};

bool replace_run(n8n::Tree& tree, const std::string& id) {
  bool found = false;
  if (tree.is_string() && text::contains(tree.string(), kRun)) {
    tree = n8n::Tree(text::replace_all(tree.string(), kRun, id));
    return true;
  }
  if (tree.is_array())
    for (n8n::Tree& one : tree.items()) found = replace_run(one, id) || found;
  if (tree.is_object())
    for (auto& [key, value] : tree.members()) found = replace_run(value, id) || found;
  return found;
}

}  // namespace

std::string trimmed_path(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

CaseFile read_cases(const std::string& path, std::string text) {
  CaseFile file;
  const json::Document::Parsed parsed = json::Document::parse(std::move(text));
  if (!parsed.document) {
    file.problems.push_back(
        {path,
         parsed.error->position.line,
         {"no JSON: " + parsed.error->message, "an array of cases: kairon new test WORKFLOW writes a first one"}});
    return file;
  }
  for (const json::DuplicateKey& key : parsed.document->duplicate_keys())
    file.problems.push_back(
        {path,
         key.second.line,
         {format("the key \"{}\" appears twice", text::printable(key.key)), "only one of them would count"}});
  CaseReader(path, file).read(parsed.document->root());
  return file;
}

void put_recorded_last(std::vector<SmokeCase>& cases) {
  std::stable_sort(cases.begin(), cases.end(),
                   [](const SmokeCase& a, const SmokeCase& b) { return a.recorded < b.recorded; });
}

std::string unique_id() {
  static std::random_device device;
  std::uniform_int_distribution<long long> digits(1'000'000'000'000'000'000LL, 8'999'999'999'999'999'999LL);
  return std::to_string(digits(device));
}

std::string message_id_of(const SmokeCase& test) {
  const std::string id = unique_id();
  return test.mocks.empty() ? id : "91" + deploy::case_tag(test.name) + id.substr(id.size() - 10);
}

n8n::Tree personal(const n8n::Tree& data, const std::string& id) {
  n8n::Tree out = data;
  const bool own = out["message_id"].is_null() || !text::contains(out["message_id"].string(), kRun);
  const bool placed = replace_run(out, id);
  if (out.has("message_id") ? own : !placed) out.set("message_id", id);
  return out;
}

}  // namespace kairon::smoke
