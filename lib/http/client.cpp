#include "http/client.h"

#include <curl/curl.h>

#include <ctime>
#include <utility>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "http/url.h"

namespace kairon::http {

namespace {

struct Global {
  CURLcode status = curl_global_init(CURL_GLOBAL_DEFAULT);
  ~Global() { curl_global_cleanup(); }
};

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

void append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw environment_error("out of memory while preparing an HTTP request");
  (void)list.release();
  list.reset(longer);
}

struct Sink {
  Response* response;
  std::size_t limit;
  bool overflow = false;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  if (sink.response->body.size() + size * count > sink.limit) {
    sink.overflow = true;
    return 0;
  }
  sink.response->body.append(data, size * count);
  return size * count;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line = text::trim({data, size * count});
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && colon > 0) {
    auto& headers = static_cast<Sink*>(user)->response->headers;
    headers.push_back({std::string(line.substr(0, colon)), std::string(text::trim(line.substr(colon + 1)))});
  }
  return size * count;
}

int on_progress(void* /*user*/, curl_off_t /*a*/, curl_off_t /*b*/, curl_off_t /*c*/, curl_off_t /*d*/) {
  try {
    signals::check();
    return 0;
  } catch (const Error&) {
    return 1;
  }
}

Fault classify(CURLcode code, CURL* handle) {
  switch (code) {
    case CURLE_OK:
      return Fault::none;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Fault::bad_url;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Fault::not_resolved;
    case CURLE_COULDNT_CONNECT:
      return Fault::not_connected;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return Fault::tls;
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t ready = 0;  // stays 0 until the request could be sent
      curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &ready);
      return ready > 0 ? Fault::timed_out : Fault::not_connected;
    }
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return Fault::lost;
    default:
      return Fault::other;
  }
}

// curl's own command reads these; the library does not.
std::string trusted_authorities(const std::string& configured) {
  if (!configured.empty()) return configured;
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"})
    if (auto path = environment::get(name); path && !path->empty()) return *std::move(path);
  return {};
}

std::string describe(Fault fault, CURLcode code, const Url& url, std::chrono::milliseconds timeout) {
  const std::string where = url.origin();
  switch (fault) {
    case Fault::not_resolved:
      return format("the name {} cannot be resolved", url.host);
    case Fault::not_connected:
      return format("{} does not accept connections", where);
    case Fault::tls:
      return format("the TLS connection to {} failed: {}", where, curl_easy_strerror(code));
    case Fault::timed_out:
      return format("{} did not answer within {} ms", where, timeout.count());
    case Fault::lost:
      return format("the connection to {} broke before the answer", where);
    case Fault::too_large:
      return format("the answer of {} is too large", where);
    default:
      return format("{}: {}", where, curl_easy_strerror(code));
  }
}

// CURLOPT_NOPROXY replaces what the environment says, so that is said again.
std::string without_proxy() {
  std::string hosts = "localhost,127.0.0.1,::1";
  for (const char* name : {"no_proxy", "NO_PROXY"})
    if (const auto more = environment::get(name); more && !more->empty()) {
      if (text::trim(*more) == "*") return "*";  // only alone it means all hosts
      hosts += "," + *more;
      break;
    }
  return hosts;
}

}  // namespace

struct Client::Impl {
  ClientOptions options;
  std::unique_ptr<CURL, EasyDeleter> handle;

  List headers_for(const Request& request, const Url& url) const {
    List list;
    append(list, "Accept: application/json");
    append(list, "Expect:");  // no 100-continue round trip
    // Without a body there is no type: libcurl's own for a POST (a form's) is refused by n8n 2.
    append(list, request.body ? "Content-Type: application/json" : "Content-Type:");
    for (const Header& header : request.headers) append(list, header.name + ": " + header.value);
    const bool ours = request.identity == Identity::ours && options.secret.origin == url.origin();
    if (ours && !options.secret.value.empty()) append(list, options.secret.name + ": " + options.secret.value);
    return list;
  }

  void prepare(const Request& request, Sink& sink, const curl_slist* headers, curl_slist* connect_to) const {
    CURL* easy = handle.get();
    curl_easy_reset(easy);  // keeps the connections
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, without_proxy().c_str());
    // A tunnel's end is on this machine; a proxy could not reach it and would see the key.
    if (connect_to != nullptr) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (const std::string file = trusted_authorities(options.ca_file); !file.empty())
      curl_easy_setopt(easy, CURLOPT_CAINFO, file.c_str());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 3L);  // n8n closes idle connections after 5 s
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request.method == "POST" ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &sink);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &sink);
    // A write that was sent is waited for: given up, the server would do it after we have looked.
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, request.method == "GET" || request.method == "HEAD" ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    if (request.body) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body->data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    } else if (request.method == "POST" || request.method == "PUT") {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "");
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(0));
    }
    if (request.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  }
};

std::string_view Response::header(std::string_view name) const {
  for (auto it = headers.rbegin(); it != headers.rend(); ++it)
    if (text::equal_ignoring_case(it->name, name)) return it->value;
  return {};
}

std::chrono::milliseconds Response::retry_after() const {
  const std::string asked(text::trim(header("Retry-After")));
  constexpr std::chrono::seconds kYear{31536000};
  if (asked.empty()) return {};
  if (asked.find_first_not_of("0123456789") == std::string::npos)
    return asked.size() > 7 ? kYear : std::chrono::seconds(std::stol(asked));
  const std::time_t until = curl_getdate(asked.c_str(), nullptr);
  const std::time_t now = curl_getdate(std::string(header("Date")).c_str(), nullptr);
  return until > now && now > 0 ? std::chrono::seconds(until - now) : std::chrono::seconds(0);
}

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>()) {
  static const Global kGlobal;
  impl_->options = std::move(options);
  impl_->handle.reset(kGlobal.status == CURLE_OK ? curl_easy_init() : nullptr);
  if (!impl_->handle) throw environment_error("libcurl cannot be initialised");
}

Client::~Client() = default;

Response Client::send(const Request& request) {
  signals::check();
  Response response;
  const std::optional<Url> url = parse_url(request.url);
  if (!url) {
    response.fault = Fault::bad_url;
    response.problem = "the url is not an absolute http or https url without user and password";
    return response;
  }
  Sink sink{&response, impl_->options.body_limit};
  const List headers = impl_->headers_for(request, *url);
  List connect_to;
  if (!impl_->options.connect_to.empty()) append(connect_to, impl_->options.connect_to);
  impl_->prepare(request, sink, headers.get(), connect_to.get());
  const CURLcode code = curl_easy_perform(impl_->handle.get());
  if (code == CURLE_ABORTED_BY_CALLBACK) signals::check();
  response.fault = sink.overflow ? Fault::too_large : classify(code, impl_->handle.get());
  if (response.fault != Fault::none) response.problem = describe(response.fault, code, *url, request.timeout);
  long status = 0;
  curl_easy_getinfo(impl_->handle.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

}  // namespace kairon::http
