#include "deploy/descriptions.h"

#include <utility>

#include "base/error.h"
#include "base/hash.h"

namespace kairon::deploy {

std::string Descriptions::digest(std::string_view text) { return text.empty() ? std::string() : hash::sha256(text); }

// 0.1.0 kept no time, so what it knew is asked again.
void Descriptions::load() {
  if (kept_) return;
  Result<n8n::Tree> before = n8n::Tree::parse(journal_.descriptions());
  kept_ = before.ok() && before->is_object() ? std::move(before).value() : n8n::Tree::object();
}

std::optional<std::string> Descriptions::known(const n8n::Tree& remote) {
  const std::string& id = remote["id"].string();
  if (const auto seen = api_.described().find(id); seen != api_.described().end())
    if (seen->second.at == remote["updatedAt"]) return digest(seen->second.text.string());
  load();
  const n8n::Tree& one = (*kept_)[id];
  if (!one.has("at") || one["at"] != remote["updatedAt"]) return std::nullopt;
  return one["print"].string();
}

std::optional<n8n::Tree> Descriptions::read(const n8n::Tree& remote) {
  const n8n::Reply reply = api_.workflow(remote["id"].string());
  if (!reply.ok() || !reply.json.has("description")) return std::nullopt;
  return reply.json["description"];
}

std::optional<std::string> Descriptions::print_of(const n8n::Tree& remote) {
  if (std::optional<std::string> there = known(remote)) return there;
  const std::optional<n8n::Tree> text = read(remote);
  return text ? std::optional(digest(text->string())) : std::nullopt;
}

void Descriptions::save() {
  if (api_.described().empty()) return;
  load();
  const n8n::Tree before = *kept_;
  for (const auto& [id, seen] : api_.described()) {
    n8n::Tree one = n8n::Tree::object();
    one.set("print", digest(seen.text.string()));
    one.set("at", seen.at);
    kept_->set(id, std::move(one));
  }
  if (*kept_ == before) return;
  try {
    journal_.set_descriptions(kept_->dump());
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
  }
}

}  // namespace kairon::deploy
