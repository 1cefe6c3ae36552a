#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "js/script.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/code.h"
#include "workflow/expression.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace http_discord_route {
namespace {

using js::Field;
using js::Kind;
using std::string_view;

constexpr int kMaxDepth = 100;

/// What may follow channels/{channel.id}/ (discord.com/developers/docs/resources, API v10).
constexpr auto kOfChannel = std::to_array<string_view>(
    {"messages", "permissions", "invites", "followers", "typing", "pins", "recipients", "threads", "thread-members",
     "users", "webhooks", "polls", "send-soundboard-sound", "voice-status", "attachments", "application-commands"});
/// What may follow channels/{channel.id}/messages/{message.id}/.
constexpr auto kOfMessage = std::to_array<string_view>({"reactions", "crosspost", "threads", "ack"});

/// A url as text and holes: a hole is the last name of its expression in braces, `{channel_id}`.
std::string last_name(const js::Node& expression) {
  const js::Node node = expression.unwrapped();
  if (const auto name = js::property_name(node)) return *name;
  return node.is(Kind::identifier) ? std::string(node.text()) : std::string();
}

void flatten(const js::Node& value, std::string& out, int depth = 0) {
  const js::Node node = value.unwrapped();
  if (depth > kMaxDepth) {
    out += "{}";
  } else if (const auto text = js::string_value(node)) {
    out += *text;
  } else if (node.is(Kind::binary_expression) && node.operator_text() == "+") {
    flatten(node.child(Field::left), out, depth + 1);
    flatten(node.child(Field::right), out, depth + 1);
  } else if (node.is(Kind::template_string)) {
    std::size_t at = node.begin_offset() + 1;
    const std::size_t base = node.begin_offset();
    for (const js::Node part : node.children()) {
      if (!part.is(Kind::template_substitution)) continue;
      out += node.text().substr(at - base, part.begin_offset() - at);
      flatten(part.first_child(), out, depth + 1);
      at = part.end_offset();
    }
    out += node.text().substr(at - base, node.end_offset() - 1 - at);
  } else {
    out += "{" + last_name(node) + "}";
  }
}

/// The url with its holes named; empty when it is unknown.
std::string skeleton(const workflow::Code& code, const json::Value& url) {
  const string_view text = url.string();
  if (!workflow::is_expression(text)) return std::string(text);
  std::string out;
  std::size_t at = 1;
  for (const workflow::CodePiece& piece : code.pieces()) {
    if (piece.string != url) continue;
    if (piece.script.error() || !piece.closed || piece.begin < at + 2) return {};
    out += text.substr(at, piece.begin - 2 - at);
    flatten(piece.script.expression(), out);
    at = piece.begin + piece.script.source().size() + 2;
  }
  return out + std::string(text.substr(std::min(at, text.size())));
}

/// The segments after https://discord.com/api/v10/; none for another host.
std::vector<std::string> segments(string_view url) {
  for (const string_view scheme : {"https://", "http://"})
    if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  const std::size_t slash = url.find('/');
  const string_view host = url.substr(0, slash);
  const bool discord =
      host == "discord.com" || host == "discordapp.com" || host == "canary.discord.com" || host == "ptb.discord.com";
  if (!discord || slash == string_view::npos) return {};
  std::string rest(url.substr(slash + 1, url.find_first_of("?#") - slash - 1));
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at <= rest.size()) {
    const std::size_t next = std::min(rest.find('/', at), rest.size());
    parts.push_back(rest.substr(at, next - at));
    at = next + 1;
  }
  if (parts.empty() || parts[0] != "api") return {};
  parts.erase(parts.begin());
  const auto version = [](const std::string& part) { return part.size() > 1 && part[0] == 'v' && part[1] <= '9'; };
  if (!parts.empty() && version(parts[0])) parts.erase(parts.begin());
  if (!parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

/// "guild_id" of `{guild_id}` or `{guildId}`; "" for anything else.
std::string id_kind(const std::string& segment) {
  if (segment.size() < 3 || segment.front() != '{' || segment.back() != '}') return {};
  std::string kind;
  for (const char c : text::lower(segment.substr(1, segment.size() - 2)))
    if (c != '_') kind += c;
  return kind;
}

bool is_wrong_id(const std::string& segment, string_view place) {
  const std::string kind = id_kind(segment);
  const bool guild = kind == "guildid" || kind == "serverid";
  const bool user = kind == "userid" || kind == "authorid";
  // A thread is a channel, and one made from a message has the message's id.
  if (place != "guild") return guild || user;
  return user || kind == "channelid" || kind == "messageid" || kind == "threadid";
}

template <std::size_t kSize>
bool is_known(const std::array<string_view, kSize>& names, const std::string& segment) {
  return segment.find('{') != std::string::npos || std::find(names.begin(), names.end(), segment) != names.end();
}

/// Why no route of Discord's API fits, "" when one may.
std::string problem(const std::vector<std::string>& parts, string_view method) {
  if (parts.size() < 2) return {};
  if (parts[0] == "guilds" && is_wrong_id(parts[1], "guild"))
    return kairon::format("{} is in the place of the guild's id", parts[1]);
  if (parts[0] != "channels") return {};
  if (is_wrong_id(parts[1], "channel")) return kairon::format("{} is in the place of the channel's id", parts[1]);
  if (parts.size() < 3) return {};
  if (!is_known(kOfChannel, parts[2])) return kairon::format("a channel has no '{}'", parts[2]);
  if (parts[2] != "messages" || parts.size() < 4) return {};
  if (is_wrong_id(parts[3], "message")) return kairon::format("{} is in the place of the message's id", parts[3]);
  if (parts.size() < 5 || parts[3] == "pins") return {};
  if (!is_known(kOfMessage, parts[4])) return kairon::format("a message has no '{}'", parts[4]);
  if (parts[4] == "reactions" && method == "PUT" && (parts.size() < 7 || parts[6] != "@me"))
    return "a reaction is added with .../reactions/{emoji}/@me";
  return {};
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (node.disabled || !node.is_base("httpRequest")) continue;
    const json::Value url = node.parameters["url"];
    const json::Value method = node.parameters[node.version < 3 ? "requestMethod" : "method"];
    const std::string wrong = problem(segments(skeleton(input.code, url)), method.string());
    if (wrong.empty()) continue;
    report.at(url, &node, kairon::format("'{}' calls a url that Discord's API does not have: {}", node.name, wrong),
              "for a reaction: channels/{channel.id}/messages/{message.id}/reactions/{emoji}/@me");
  }
}

}  // namespace

}  // namespace http_discord_route

extern const WorkflowRule kHttpDiscordRoute;
const WorkflowRule kHttpDiscordRoute{
    {"http/discord-route", Severity::warning, Scope::always,
     "sends an HTTP Request to a url that Discord's API does not have",
     "Discord answers 404 or 405, whatever the credential: the routes below channels/ and guilds/ are fixed "
     "(discord.com/developers/docs, resources Channel and Message). An id of the wrong kind, seen by the name of the "
     "field that it is taken from, fails the same way.",
     "Compare the url with Discord's documentation, or use the Discord node."},
    http_discord_route::check};

}  // namespace kairon::lint
