#include "smoke/from_file.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "smoke/case.h"
#include "smoke/curl_commands.h"
#include "smoke/redact.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;

/// The path below /webhook/ or /webhook-test/, without the query; nothing when the url leads elsewhere.
std::optional<std::string> webhook_in(const std::string& url) {
  for (const std::string_view part : {"/webhook/", "/webhook-test/"}) {
    const std::size_t at = url.find(part);
    if (at == std::string::npos) continue;
    const std::string path = url.substr(at + part.size());
    return trimmed_path(path.substr(0, path.find_first_of("?#")));
  }
  return std::nullopt;
}

Tree query_in(const std::string& url) {
  Tree out = Tree::object();
  const std::size_t mark = url.find('?');
  if (mark == std::string::npos) return out;
  for (const std::string_view pair : text::split(std::string_view(url).substr(mark + 1), '&')) {
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos) out.set(pair.substr(0, equals), Tree(pair.substr(equals + 1)));
  }
  return out;
}

bool has_webhook(const std::vector<n8n::Local>& workflows, const std::string& path) {
  return std::any_of(workflows.begin(), workflows.end(), [&path](const n8n::Local& local) {
    const std::vector<n8n::Webhook> hooks = n8n::webhooks_of(local.tree);
    return std::any_of(hooks.begin(), hooks.end(), [&path](const n8n::Webhook& hook) { return hook.path == path; });
  });
}

/// What an n8n shows of a webhook's item, or a copied "pin data": the body is the message.
const Tree& payload_of(const Tree& one) {
  const Tree& item = one.has("json") && one.members().size() <= 3 ? one["json"] : one;
  return item.has("headers") && item["body"].is_object() ? item["body"] : item;
}

class FileReader {
 public:
  explicit FileReader(const FileScene& scene) : scene_(scene) {}

  FileCases read(const std::string& text) {
    const Result<Tree> json = Tree::parse(text);
    if (json.ok()) {
      payloads(*json);
    } else {
      commands(text);
      // A broken payload is not a script.
      if (out_.cases.empty() && text::trim(text).starts_with('{'))
        throw usage_error(format("the file is not valid JSON: {}", json.failure().text));
    }
    if (out_.cases.empty())
      throw usage_error("the file holds no payload and no curl command that sends one to a webhook",
                        "a JSON object, an array of them, or a script of curl commands");
    return std::move(out_);
  }

 private:
  void payloads(const Tree& json) {
    if (json.is_object()) return add(format("{}: payload", scene_.stem), "", "POST", payload_of(json));
    std::size_t number = 0;
    for (const Tree& one : json.items()) {
      ++number;
      if (one.has("test_name") && one.has("webhook_data"))
        throw usage_error("the file holds cases already", "put it where [smoke] path finds it");
      if (one.is_object()) {
        add(format("{}: payload {}", scene_.stem, number), "", "POST", payload_of(one));
      } else {
        out_.notes.push_back(format("element {} is not an object", number));
      }
    }
  }

  /// The path that most commands use and no workflow has literally: it is that of [smoke] webhookPath.
  std::string main_path(const std::vector<CurlRequest>& all) const {
    std::map<std::string, std::size_t> counts;
    std::string main;
    for (const CurlRequest& one : all)
      if (const auto path = webhook_in(one.url); path && !has_webhook(scene_.workflows, *path))
        if (++counts[*path] > counts[main]) main = *path;
    return main;
  }

  void commands(const std::string& text) {
    const std::vector<CurlRequest> all = curl_commands(text);
    const std::string main = main_path(all);
    for (const CurlRequest& one : all) {
      const auto path = webhook_in(one.url);
      if (!path) continue;
      const bool known = has_webhook(scene_.workflows, *path);
      if (!known && *path != main) {
        refuse(one, format("no workflow has a webhook at {}", text::printable(*path)));
        continue;
      }
      command(one, known ? *path : std::string());
    }
  }

  void refuse(const CurlRequest& one, const std::string& why) {
    out_.notes.push_back(format("line {}: {}", one.line, why));
  }

  void command(const CurlRequest& one, const std::string& path) {
    if (!one.problem.empty()) return refuse(one, one.problem);
    const bool in_query = one.method == "GET" || one.method == "DELETE";
    const Result<Tree> body = in_query ? Result<Tree>(query_in(one.url)) : Tree::parse(one.body);
    if (!body.ok() || !body->is_object()) return refuse(one, "its data is not a JSON object");
    if (!in_query && text::contains(one.url, "?")) refuse(one, "the query of its URL, which a case cannot send");
    for (const std::string& unknown : one.unknown)
      refuse(one, format("the value of {}, which the script does not say", text::printable(unknown)));
    const std::string what = one.called.empty() ? format("line {}", one.line) : one.called;
    add(format("{}: {}", scene_.stem, what), path, one.method, *body);
  }

  void add(const std::string& name, const std::string& path, const std::string& method, const Tree& data) {
    Tree test = Tree::object();
    test.set("test_name", name);
    if (!path.empty()) test.set("webhook_path", path);
    if (method != "POST") test.set("webhook_method", method);
    // An id that the script takes from what it sent before: that of the last message.
    const bool follows = data.has("message_id") && data["message_id"].string().empty() && !last_.is_null();
    if (follows) test.set("before", Tree::array()).push(last_);
    Tree& message = test.set("webhook_data", data);
    static_cast<void>(redact_secrets(message));
    if (message.has("message_id")) message.set("message_id", "{{run}}");
    if (!follows) last_ = message;
    Tree& expect = test.set("expect", Tree::object());
    expect.set("executions", "success");
    if (!scene_.workflow.empty()) expect.set("workflow", scene_.workflow);
    out_.cases.push_back(std::move(test));
  }

  const FileScene& scene_;
  FileCases out_;
  Tree last_;  ///< the message before
};

}  // namespace

FileCases cases_from_file(const std::string& text, const FileScene& scene) { return FileReader(scene).read(text); }

}  // namespace kairon::smoke
