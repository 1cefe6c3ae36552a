#include <unistd.h>

#include <array>

#include "base/format.h"
#include "base/text.h"
#include "base/utc.h"
#include "http/url.h"
#include "json/document.h"
#include "notify/notification.h"

namespace kairon::notify {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

std::string_view outcome_word(JobOutcome outcome) {
  switch (outcome) {
    case JobOutcome::done:
      return "done";
    case JobOutcome::failed:
      return "failed";
    case JobOutcome::recovered:
      return "recovered";
  }
  return {};
}

/// Every line of the message but the title.
std::string body_text(const Notification& message) {
  std::string body = message.summary;
  for (const std::string& line : message.lines) body += "\n- " + line;
  if (message.omitted > 0) body += format("\n... and {} more", message.omitted);
  return body;
}

/// Characters that Discord would read as formatting are escaped with a backslash. Discord support,
/// "Markdown Text 101".
std::string discord_text(std::string_view text) {
  constexpr std::string_view kMarks = "\\*_~`|>#[]<@";
  std::string out;
  for (const char c : text) {
    if (kMarks.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// docs.slack.dev, "Formatting message text": & < > are control characters.
std::string slack_text(std::string_view text) {
  return text::replace_all(text::replace_all(text::replace_all(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

/// Discord "Execute Webhook": embeds carry the colour; no mention may call anybody.
std::string discord_body(const Notification& message) {
  const long long colour = message.outcome == JobOutcome::failed ? 0xD92D20 : 0x12B76A;
  json::Writer out;
  out.begin_object().key("username").string("Kairon");
  out.key("allowed_mentions").begin_object().key("parse").begin_array().end_array().end_object();
  out.key("embeds").begin_array().begin_object();
  out.key("title").string(discord_text(message.title)).key("description").string(discord_text(body_text(message)));
  out.key("color").integer(colour).end_object().end_array().end_object();
  return out.take();
}

/// Slack "Sending messages using incoming webhooks".
std::string slack_body(const Notification& message) {
  json::Writer out;
  out.begin_object().key("text").string(slack_text(message.title)).key("attachments").begin_array().begin_object();
  out.key("color").string(message.outcome == JobOutcome::failed ? "danger" : "good");
  out.key("text").string(slack_text(body_text(message)));
  out.key("mrkdwn_in").begin_array().end_array().end_object().end_array().end_object();
  return out.take();
}

/// docs.ntfy.sh, "Publish as JSON": to the root of the server, with the topic inside.
std::string ntfy_body(const Notification& message, std::string_view topic) {
  const bool failed = message.outcome == JobOutcome::failed;
  json::Writer out;
  out.begin_object().key("topic").string(topic).key("title").string(message.title);
  out.key("message").string(body_text(message)).key("priority").integer(failed ? 4 : 3);
  out.key("tags").begin_array().string(failed ? "rotating_light" : "white_check_mark").end_array().end_object();
  return out.take();
}

std::string json_body(const Notification& message) {
  json::Writer out;
  out.begin_object().key("version").integer(1).key("job").string(message.job);
  out.key("environment").string(message.environment).key("outcome").string(outcome_word(message.outcome));
  out.key("title").string(message.title).key("summary").string(message.summary).key("details").begin_array();
  for (const std::string& line : message.lines) out.string(line);
  out.end_array().key("omitted").integer(static_cast<long long>(message.omitted));
  out.key("host").string(host_name()).key("time").string(utc_now()).end_object();
  return out.take();
}

/// The kind that a host has when none is set.
std::string kind_of_host(const std::string& url) {
  const auto parsed = http::parse_url(url);
  if (!parsed) return "json";
  if (parsed->host == "discord.com" || parsed->host == "discordapp.com") return "discord";
  if (parsed->host == "hooks.slack.com") return "slack";
  return parsed->host == "ntfy.sh" ? "ntfy" : "json";
}

/// DISCORD_KAIRON_LOGS_WEBHOOK and NTFY_TOPIC name a kind together with their url.
bool from_old_variable(const config::Setting& setting) {
  return text::contains(setting.source, "DISCORD_KAIRON_LOGS_WEBHOOK") || text::contains(setting.source, "NTFY_TOPIC");
}

}  // namespace

Receiver receiver_of(const config::Settings& settings) {
  Receiver receiver;
  const auto url = settings.find(config::kNotifyUrl);
  if (!url) return receiver;
  receiver.url = text::trim(url->value);
  receiver.token = text::trim(settings.value(config::kNotifyToken));
  const auto kind = settings.find(config::kNotifyKind);
  const bool other = kind && from_old_variable(*kind) && kind->source != url->source;
  if (kind && kind->origin != config::Origin::built_in && !other)
    receiver.kind = kind->value;
  else
    receiver.kind = kind_of_host(receiver.url);
  return receiver;
}

bool is_known_kind(std::string_view kind) {
  return kind == "discord" || kind == "slack" || kind == "ntfy" || kind == "json";
}

http::Request request_for(const Receiver& receiver, const Notification& message) {
  http::Request request;
  request.method = "POST";
  request.url = receiver.url;
  if (!receiver.token.empty()) request.headers.push_back({"Authorization", "Bearer " + receiver.token});
  if (receiver.kind == "discord") {
    request.body = discord_body(message);
  } else if (receiver.kind == "slack") {
    request.body = slack_body(message);
  } else if (receiver.kind == "ntfy") {
    const std::string url = receiver.url.substr(0, receiver.url.find('?'));
    const std::size_t slash = url.rfind('/');
    request.url = url.substr(0, slash + 1);
    request.body = ntfy_body(message, url.substr(slash + 1));
  } else {
    request.body = json_body(message);
  }
  return request;
}

}  // namespace kairon::notify
