#include "deploy/tags.h"

#include <utility>

#include "base/format.h"
#include "base/text.h"

namespace kairon::deploy {

void Tags::read() {
  for (const n8n::Tree& tag : api_.tags()) ids_[tag["name"].string()] = tag["id"].string();
}

Result<std::string> Tags::id_of(const std::string& name) {
  if (!std::exchange(read_, true)) read();
  if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
  n8n::Tree tag = n8n::Tree::object();
  tag.set("name", name);
  const n8n::Reply reply = api_.send("POST", "/tags", &tag);
  if (reply.ok()) return ids_[name] = reply.json["id"].string();
  read();  // the answer was lost, or somebody else made it meanwhile
  if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
  return Failure{format("the tag '{}' could not be created: {}", text::printable(name), n8n::cause(reply))};
}

Result<void> Tags::give(const std::string& workflow_id, const std::vector<std::string>& names) {
  n8n::Tree list = n8n::Tree::array();
  for (const std::string& name : names) {
    const Result<std::string> id = id_of(name);
    if (!id.ok()) return id.failure();
    n8n::Tree one = n8n::Tree::object();
    one.set("id", *id);
    list.push(std::move(one));
  }
  const n8n::Reply reply = api_.set_tags(workflow_id, list);
  if (!reply.ok()) return Failure{format("its tags could not be set: {}", n8n::cause(reply))};
  return {};
}

}  // namespace kairon::deploy
