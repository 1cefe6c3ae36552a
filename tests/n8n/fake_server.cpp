#include "n8n/fake_server.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/format.h"
#include "deploy/canonical.h"
#include "deploy/plan.h"
#include "n8n/credentials.h"

namespace kairon::n8n {

namespace {

http::Response reply(int status, const Tree& body) {
  http::Response response;
  response.status = status;
  response.body = body.dump();
  return response;
}

http::Response message(int status, const std::string& text) {
  Tree body = Tree::object();
  body.set("message", text);
  return reply(status, body);
}

http::Response fault(http::Fault fault) {
  http::Response response;
  response.fault = fault;
  response.problem = "the fake connection broke";
  return response;
}

// The API takes no other members (additionalProperties: false).
bool is_strict(const Tree& body, const std::vector<std::string>& also = {}) {
  std::vector<std::string> taken = {"name", "nodes", "connections", "settings", "staticData"};
  taken.insert(taken.end(), also.begin(), also.end());
  return std::all_of(body.members().begin(), body.members().end(), [&taken](const Tree::Member& member) {
    return std::find(taken.begin(), taken.end(), member.first) != taken.end();
  });
}

// A path with parameters: the webhookId, then as many parts.
bool serves(const Webhook& hook, const std::string& path) {
  if (hook.path.find(':') == std::string::npos) return hook.path == path;
  const std::string prefix = hook.webhook_id + "/";
  return path.starts_with(prefix) &&
         std::count(path.begin(), path.end(), '/') == 1 + std::count(hook.path.begin(), hook.path.end(), '/');
}

bool is_active(const Tree& workflow) { return workflow["active"].boolean_or(false); }

}  // namespace

std::string FakeServer::put(const Tree& workflow) {
  Tree one = workflow;
  const std::string id = format("srv{}", next_id_++);
  one.set("id", id);
  if (!one.has("active")) one.set("active", Tree::boolean(false));
  one.set("isArchived", Tree::boolean(one["isArchived"].boolean_or(false)));
  one.set("updatedAt", Tree::integer(clock_++));
  if (dialect_ == Dialect::two && drafts_ && !one.has("nodeGroups")) one.set("nodeGroups", Tree::array());
  new_version(one);
  if (is_active(one)) go_live(one);
  workflows_.push_back(std::move(one));
  return id;
}

void FakeServer::erase(const std::string& name) {
  std::erase_if(workflows_, [&](const Tree& one) { return one["name"].string() == name; });
}

Tree* FakeServer::find(const std::string& name) {
  const auto found =
      std::find_if(workflows_.begin(), workflows_.end(), [&](const Tree& one) { return one["name"].string() == name; });
  return found == workflows_.end() ? nullptr : &*found;
}

Tree* FakeServer::by_id(const std::string& id) {
  const auto found =
      std::find_if(workflows_.begin(), workflows_.end(), [&](const Tree& one) { return one["id"].string() == id; });
  return found == workflows_.end() ? nullptr : &*found;
}

std::size_t FakeServer::count(const std::string& name) const {
  return static_cast<std::size_t>(std::count_if(workflows_.begin(), workflows_.end(),
                                                [&](const Tree& one) { return one["name"].string() == name; }));
}

void FakeServer::calm() {
  weather_.clear();
  gone_from_ = 0;
  killed_ = false;
  kills_ = false;
  delays_.clear();
}

std::size_t FakeServer::deliver() {
  const std::map<std::size_t, http::Request> due = std::exchange(late_, {});
  for (const auto& [at, request] : due) (void)answer(request);
  return due.size();
}

std::string FakeServer::state() const {
  std::map<std::string, std::string> lines;
  for (const Tree& one : workflows_) {
    std::string tags;
    for (const Tree& tag : one["tags"].items()) tags += " #" + tag["name"].string();
    const bool runs_it = !is_active(one) || one["live"] == one["nodes"];
    lines[one["name"].string()] +=
        format("{} {}{}{}\n", deploy::canonical(one, deploy::server_names(workflows_)).dump(),
               is_active(one) ? "active" : "inactive", runs_it ? "" : " RUNS SOMETHING ELSE", tags);
  }
  std::string text;
  for (const auto& [name, line] : lines) text += name + ": " + line;
  return text;
}

http::Response FakeServer::send(const http::Request& request) {
  ++count_;
  if (killed_) throw Killed();
  if (seen_) seen_(request);
  if (gone_from_ != 0 && count_ >= gone_from_) return fault(http::Fault::not_connected);
  if (const auto due = late_.find(count_); due != late_.end()) {
    (void)answer(due->second);
    late_.erase(due);
  }
  if (delayed_put_ != 0 && request.method == "PUT") delays_[count_] = std::exchange(delayed_put_, 0);
  if (const auto delayed = delays_.find(count_); delayed != delays_.end() && request.method != "GET") {
    late_[count_ + delayed->second] = request;
    if (kills_) {
      killed_ = true;
      throw Killed();
    }
    return fault(breaks_ ? http::Fault::lost : http::Fault::timed_out);
  }
  const auto found = weather_.find(count_);
  if (found == weather_.end()) return answer(request);
  switch (found->second) {
    case Weather::not_connected:
      return fault(http::Fault::not_connected);
    case Weather::cut_before:
      return fault(http::Fault::lost);
    case Weather::cut_after:
      (void)answer(request);
      return fault(http::Fault::lost);
    case Weather::late:
      late_[count_ + 3] = request;
      return fault(http::Fault::lost);
    case Weather::database_down:
      return message(401, "connect ECONNREFUSED 127.0.0.1:5432");
    case Weather::gateway: {
      (void)answer(request);
      http::Response response;
      response.status = 504;
      response.body = "<html>504 Gateway Time-out</html>";
      return response;
    }
    case Weather::starting: {
      http::Response response;
      response.status = 200;
      response.body = "n8n is starting up. Please wait";
      return response;
    }
    case Weather::refused_write:
      return request.method == "GET" ? answer(request) : message(400, "something is wrong with it");
    case Weather::half_way:
      if (Tree* one = by_id(request.url.substr(request.url.rfind('/') + 1)); one != nullptr && is_active(*one))
        if (request.method == "PUT") {
          one->set("nodes", (*Tree::parse(*request.body))["nodes"]);
          one->set("active", Tree::boolean(false));
        }
      [[fallthrough]];
    case Weather::refused:
      return message(400, "something is wrong with it");
    case Weather::kill_after:
      (void)answer(request);
      [[fallthrough]];
    case Weather::kill_before:
      killed_ = true;
      throw Killed();
    case Weather::interrupt:
      break;
  }
  http::Response response = answer(request);
  std::raise(SIGINT);
  return response;
}

http::Response FakeServer::answer(const http::Request& request) {
  const std::string path = request.url.substr(request.url.find('/', 8));
  const std::string api = "/api/v1/";
  if (path.starts_with("/webhook/")) return webhook(request, path.substr(9));
  const std::string rest = path.substr(api.size());
  if (rest.starts_with("workflows")) return workflows(request, rest.substr(9));
  if (rest.starts_with("tags")) return tags(request, rest.substr(4));
  if (rest == "credentials" && request.method == "POST") {
    const Tree body = *Tree::parse(*request.body);
    add_credential("made", body["type"].string(), body["name"].string());
    return reply(200, body);
  }
  if (rest.starts_with("credentials") && dialect_ == Dialect::one) return message(405, "GET method not allowed");
  Tree list = Tree::object();
  Tree& data = list.set("data", Tree::array());
  for (const Credential& one : credentials_) {
    Tree row = Tree::object();
    for (const auto& [key, value] : {std::pair{"id", one.id}, {"name", one.name}, {"type", one.type}})
      row.set(key, value);
    data.push(std::move(row));
  }
  return reply(200, list);
}

http::Response FakeServer::workflows(const http::Request& request, const std::string& rest) {
  if (rest.empty() || rest.front() == '?') {
    if (request.method == "POST") {
      const Tree body = *Tree::parse(*request.body);
      if (!is_strict(body,
                     dialect_ == Dialect::two ? std::vector<std::string>{"nodeGroups"} : std::vector<std::string>{}))
        return message(400, "request/body must NOT have additional properties");
      const std::string id = put(body);
      (void)store(*by_id(id), body, true);
      return reply(200, *by_id(id));
    }
    // Pages are offsets; the cursor is the offset here.
    const std::size_t at = rest.find("cursor=");
    const std::size_t begin = at == std::string::npos ? 0 : std::stoul(rest.substr(at + 7));
    const std::size_t limit = std::stoul(rest.substr(rest.find("limit=") + 6));
    if (limit > 250) return message(400, "request/query/limit must be <= 250");
    Tree list = Tree::object();
    Tree& data = list.set("data", Tree::array());
    for (std::size_t i = begin; i < std::min(workflows_.size(), begin + limit); ++i) {
      Tree shown = workflows_[i];
      shown.erase("description");  // which only a GET of one shows
      data.push(std::move(shown));
    }
    const bool more = begin + limit < workflows_.size();
    list.set("nextCursor", more ? Tree(std::to_string(begin + limit)) : Tree());
    return reply(200, list);
  }
  const std::size_t query = rest.find('?');
  const std::string path = rest.substr(0, query);
  if (query != std::string::npos && !drafts_) return message(400, "Unknown query parameter 'publishIfActive'");
  const std::size_t slash = path.find('/', 1);
  Tree* workflow = by_id(path.substr(1, slash - 1));
  if (workflow == nullptr) return message(404, "Not Found");
  return change(request, *workflow, slash == std::string::npos ? "" : path.substr(slash + 1));
}

http::Response FakeServer::change(const http::Request& request, Tree& workflow, const std::string& action) {
  if (request.method == "GET") {
    if (dialect_ == Dialect::two) return reply(200, workflow);
    Tree shown = workflow;
    Tree version = Tree::object();
    version.set("nodes", workflow["live"]);
    shown.set("activeVersion", is_active(workflow) ? version : Tree());
    return reply(200, shown);
  }
  if (action == "activate")
    return activate(workflow, request.body ? (*Tree::parse(*request.body))["versionId"].string() : "");
  workflow.set("updatedAt", Tree::integer(clock_++));
  if (action == "deactivate") {
    if (dialect_ == Dialect::two && is_active(workflow)) workflow.set("unpublishing", Tree::boolean(true));
    go_off(workflow);
    return reply(200, workflow);
  }
  if (action == "tags") {
    Tree& list = workflow.set("tags", Tree::array());
    const Tree body = *Tree::parse(*request.body);
    for (const Tree& wanted : body.items())
      for (const Tree& tag : tags_)
        if (tag["id"] == wanted["id"]) list.push(tag);
    return reply(200, list);
  }
  if (request.method == "PUT") {
    const Tree body = *Tree::parse(*request.body);
    if (!is_strict(body, dialect_ == Dialect::two ? std::vector<std::string>{"nodeGroups", "description"}
                                                  : std::vector<std::string>{}))
      return message(400, "request/body must NOT have additional properties");
    return store(workflow, body, request.url.find("publishIfActive=false") == std::string::npos);
  }
  if (dialect_ == Dialect::two && is_active(workflow)) return message(409, "Cannot delete a published workflow");
  if (workflow.has("unpublishing")) {
    workflow.erase("unpublishing");
    return message(409, "Workflow is still being unpublished. Please try again in a few moments.");
  }
  const Tree gone = workflow;
  std::erase_if(workflows_, [&](const Tree& one) { return one["id"] == gone["id"]; });
  return reply(200, gone);
}

std::string FakeServer::conflict(const Tree& workflow) const {
  for (const Tree& other : workflows_) {
    if (other["id"] == workflow["id"] || !is_active(other)) continue;
    Tree running = other;
    if (dialect_ == Dialect::two) running.set("nodes", other["live"]);
    for (const Webhook& a : webhooks_of(running))
      for (const Webhook& b : webhooks_of(workflow))
        if (a.path == b.path && a.methods == b.methods)
          return "The URL path that the \"Hook\" node uses is already taken.";
  }
  return {};
}

std::string FakeServer::unpublished(const Tree& workflow) const {
  std::string missing;
  each_reference(workflow, [&](const Reference& reference) {
    if (reference.kind != ReferenceKind::execute_workflow || reference.id == workflow["id"].string()) return;
    const bool live = std::any_of(workflows_.begin(), workflows_.end(), [&](const Tree& one) {
      return one["id"].string() == reference.id && is_active(one);
    });
    if (!live) missing = format("references workflow ID (\"{}\") which is not published.", reference.id);
  });
  return missing;
}

void FakeServer::repair(Tree& workflow) const {
  Tree* nodes = workflow.find("nodes");
  for (Tree& node : nodes->items()) {
    Tree* uses = node.find("credentials");
    if (uses == nullptr) continue;
    for (auto& [type, use] : uses->members()) {
      std::vector<const Credential*> right;
      const Credential* first = nullptr;
      for (const Credential& one : credentials_) {
        if (one.type != type) continue;
        if (first == nullptr) first = &one;
        if (one.name == use["name"].string()) right.push_back(&one);
      }
      if (!use.has("id") && first != nullptr) {  // the trap: any credential of that type
        use.set("id", first->id);
        use.set("name", first->name);
      } else if (right.size() == 1) {
        use.set("id", right.front()->id);
      }
    }
  }
}

http::Response FakeServer::tags(const http::Request& request, const std::string& rest) {
  if (request.method == "POST") {
    const Tree body = *Tree::parse(*request.body);
    for (const Tree& tag : tags_)
      if (tag["name"] == body["name"]) return message(409, "Tag already exists");
    Tree tag = body;
    tag.set("id", format("tag{}", next_id_++));
    tag.set("createdAt", "2026-01-01T00:00:00Z");
    tags_.push_back(tag);
    return reply(201, tag);
  }
  if (request.method == "DELETE") {
    std::erase_if(tags_, [&](const Tree& tag) { return "/" + tag["id"].string() == rest; });
    return reply(200, Tree::object());
  }
  Tree list = Tree::object();
  Tree& data = list.set("data", Tree::array());
  for (const Tree& tag : tags_) data.push(tag);
  return reply(200, list);
}

http::Response FakeServer::webhook(const http::Request& request, const std::string& path) {
  std::string methods;
  for (const Tree& one : workflows_) {
    if (!is_active(one)) continue;
    Tree live = one;
    live.set("nodes", one["live"]);
    for (const Webhook& hook : webhooks_of(live)) {
      if (!serves(hook, path)) continue;
      for (const std::string& method : hook.methods) {
        if (method == request.method) {
          ++runs_;
          return message(200, "Workflow was started");
        }
        methods += (methods.empty() ? "" : " or ") + method;
      }
    }
  }
  if (!methods.empty())
    return message(404, "This webhook is not registered for " + request.method + " requests. Did you mean to make a " +
                            methods + " request?");
  return message(404, "The requested webhook \"" + request.method + " " + path + "\" is not registered.");
}

}  // namespace kairon::n8n
