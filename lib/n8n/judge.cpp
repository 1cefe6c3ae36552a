#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "n8n/api.h"

namespace kairon::n8n {

namespace {

// What n8n answers, with 400, 401 or 503, while PostgreSQL is away.
constexpr std::array kDatabaseWords = {"ECONNREFUSED",
                                       "ECONNRESET",
                                       "Connection terminated",
                                       "terminating connection",
                                       "Database is not ready",
                                       "the database system is",
                                       "timeout exceeded when trying to connect",
                                       "Client has encountered a connection error",
                                       "DriverAlreadyReleased",
                                       "QueryRunnerAlreadyReleased"};

bool is_database_trouble(std::string_view message) {
  return std::any_of(kDatabaseWords.begin(), kDatabaseWords.end(),
                     [message](const char* words) { return text::contains(message, words); });
}

Verdict of_status(int status, std::string_view message) {
  if (status >= 200 && status < 300) return Verdict::ok;
  if (is_database_trouble(message) || status == 503) return Verdict::database_down;
  if (status == 429) return Verdict::starting;  // a proxy's limit: come back later
  if (status == 401) return Verdict::wrong_key;
  if (status == 403) return Verdict::forbidden;
  if (status == 404) return Verdict::not_found;
  if (status >= 300 && status < 400) return Verdict::not_n8n;
  return Verdict::refused;
}

}  // namespace

std::string cause(const Reply& reply) {
  if (reply.status == 0 || text::contains(reply.message, "HTTP ")) return reply.message;
  return reply.message.empty() ? format("HTTP {}", reply.status) : format("{} (HTTP {})", reply.message, reply.status);
}

std::string shortened(std::string_view message) {
  constexpr std::size_t kLimit = 300;
  std::string shown = text::printable(message.substr(0, kLimit));
  if (message.size() > kLimit) shown += "...";
  return shown;
}

Reply judge(http::Response response) {
  Reply reply;
  reply.status = response.status;
  // A proxy that gave up waiting (524 is Cloudflare's) knows as little as we do.
  reply.timed_out = response.fault == http::Fault::timed_out || response.status == 408 || response.status == 504 ||
                    response.status == 524;
  reply.too_large = response.fault == http::Fault::too_large;
  reply.retry_after = response.retry_after();
  if (!response.answered()) {
    reply.verdict = response.maybe_done() ? Verdict::lost : Verdict::unreachable;
    reply.message = response.problem;
    return reply;
  }
  if (text::contains(response.body.substr(0, 200), "n8n is starting up")) {
    reply.verdict = Verdict::starting;
    reply.message = "n8n is starting up";
    return reply;
  }
  const int status = response.status;
  if (status == 204) return reply;
  Result<Tree> parsed = Tree::parse(std::move(response.body));
  if (!parsed.ok() || !(parsed->is_object() || parsed->is_array())) {
    // 404 HTML: routes not mounted yet, or a web server that is not n8n. 502 to 504: a proxy before it.
    const bool away = (status >= 502 && status <= 504) || status == 524 || status == 408 || status == 429;
    const bool refused = status == 500 || status == 413;
    reply.verdict = away ? Verdict::starting : refused ? Verdict::refused : Verdict::not_n8n;
    reply.message = status == 413 ? std::string("it is larger than n8n takes (N8N_PAYLOAD_SIZE_MAX, 16 MB)")
                                  : format("HTTP {} without JSON", status);
    return reply;
  }
  reply.json = std::move(parsed).value();
  reply.message = shortened(reply.json["message"].string());
  reply.verdict = of_status(status, reply.message);
  return reply;
}

void fail(const Reply& reply, std::string_view doing, std::string_view base_url) {
  const auto error = [&](std::string_view cause, std::string remedy) {
    return environment_error(format("{}: {}", doing, cause), std::move(remedy));
  };
  switch (reply.verdict) {
    case Verdict::wrong_key:
      throw error(format("n8n at {} refuses the API key ({})", base_url, reply.message),
                  "make a key in n8n under Settings > n8n API and set kairon.env-NAME.n8nApiKey");
    case Verdict::forbidden:
      throw error(format("the API key of {} lacks a scope ({})", base_url, reply.message),
                  "give the key the scopes workflow:*, workflow:activate, credential:list, execution:* and tag:*");
    case Verdict::database_down:
      throw error(format("the database of n8n at {} is down ({})", base_url, reply.message),
                  "start n8n's PostgreSQL, then repeat the command");
    case Verdict::starting:
      if (reply.status == 429)
        throw error(format("n8n at {} or a proxy in front of it refuses more requests ({})", base_url, cause(reply)),
                    "wait a while, then repeat the command");
      throw error(format("n8n at {} did not finish starting", base_url), "look at n8n's log, then repeat the command");
    case Verdict::not_n8n:
    case Verdict::not_found:
      throw error(format("the server at {} is not an n8n with its public API ({})", base_url, reply.message),
                  "check kairon.env-NAME.n8nUrl; n8n must not run with N8N_PUBLIC_API_DISABLED");
    case Verdict::unreachable:
    case Verdict::lost:
      if (text::contains(reply.message, "the TLS connection"))
        throw error(reply.message,
                    "when its certificate is of an authority of your own: "
                    "git config kairon.env-NAME.caFile FILE.pem");
      throw error(reply.message, "check kairon.env-NAME.n8nUrl and sshHost, and that n8n runs");
    default:
      throw error(format("n8n at {} answers {}: {}", base_url, reply.status, reply.message), "see n8n's log");
  }
}

}  // namespace kairon::n8n
