#include "catalogue/server.h"

#include "base/format.h"
#include "base/text.h"
#include "http/url.h"
#include "json/document.h"

namespace kairon::catalogue {

namespace {

constexpr std::string_view kCookie = "n8n-auth=";
/// 15 MB on a slow line.
constexpr std::chrono::seconds kAnswerPatience{180};

/// Names may lead anywhere: 127.example.org is not this machine.
bool is_this_machine(std::string_view host) {
  const bool digits = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (digits && host.starts_with("127."));
}

/// "n8n-auth=..." of the Set-Cookie header, "" when there is none.
std::string cookie_of(const http::Response& response) {
  for (const http::Header& header : response.headers) {
    if (!text::equal_ignoring_case(header.name, "set-cookie") || !header.value.starts_with(kCookie)) continue;
    return header.value.substr(0, header.value.find(';'));
  }
  return {};
}

class Server {
 public:
  Server(http::Transport& transport, std::string base) : transport_(transport), base_(std::move(base)) {}

  Result<void> log_in(const Login& login) {
    json::Writer body;
    // 1.x reads emailOrLdapLoginId, releases before 1.100 email.
    body.begin_object().key("emailOrLdapLoginId").string(login.email).key("email").string(login.email);
    body.key("password").string(login.password).end_object();
    http::Request request;
    request.method = "POST";
    request.url = base_ + "/rest/login";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body.take();
    const http::Response response = transport_.send(request);
    if (!response.answered()) return Failure{format("{}: {}", base_, response.problem)};
    if (response.status == 401 || response.status == 400)
      return Failure{format("{} does not accept this login (status {})", base_, response.status),
                     "check [n8n] email and password; an account with two-factor login cannot be used here: save "
                     "/types/nodes.json from the browser and give it with --from"};
    cookie_ = cookie_of(response);
    if (response.status != 200 || cookie_.empty())
      return Failure{format("{} answers the login with status {} and no session", base_, response.status),
                     "give the address that the browser opens, without a path"};
    return {};
  }

  Result<std::string> get(const std::string& path) {
    http::Request request;
    request.url = base_ + path;
    request.headers = {{"Cookie", cookie_}};
    request.timeout = kAnswerPatience;
    http::Response response = transport_.send(request);
    if (!response.answered()) return Failure{format("{}{}: {}", base_, path, response.problem)};
    if (response.status == 404)
      return Failure{format("{}{} is not there", base_, path),
                     "n8n serves it only with its editor (N8N_DISABLE_UI is not true): use --npm VERSION instead"};
    if (response.status != 200) return Failure{format("{}{}: status {}", base_, path, response.status)};
    return std::move(response.body);
  }

 private:
  http::Transport& transport_;
  std::string base_;
  std::string cookie_;
};

}  // namespace

Result<Source> fetch_server(http::Transport& transport, std::string_view url, const Login& login) {
  const auto parsed = http::parse_url(url);
  if (!parsed)
    return Failure{format("'{}' is not an http or https URL without user and password", text::printable(url))};
  if (parsed->scheme == "http" && !is_this_machine(parsed->host))
    return Failure{format("{} would get the password unencrypted", parsed->origin()),
                   "use its https address, or a tunnel: ssh -L 5678:127.0.0.1:5678 HOST, then http://127.0.0.1:5678"};
  std::string base(url);
  while (base.ends_with('/')) base.pop_back();
  Server server(transport, base);
  if (auto logged_in = server.log_in(login); !logged_in.ok()) return logged_in.failure();
  auto settings = server.get("/rest/settings");
  if (!settings.ok()) return settings.failure();
  auto nodes = server.get("/types/nodes.json");
  if (!nodes.ok()) return nodes.failure();
  if (!nodes->starts_with('[')) return Failure{format("{}/types/nodes.json is not a list of nodes", base)};
  Source source;
  const auto document = json::Document::parse(std::move(*settings)).document;
  if (document) source.n8n_version = document->root()["data"]["versionCli"].string();
  source.files.push_back({"", std::move(*nodes), {}});
  return source;
}

}  // namespace kairon::catalogue
