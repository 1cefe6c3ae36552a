#include "n8n/api.h"

#include <algorithm>
#include <ctime>
#include <set>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "http/url.h"
#include "n8n/repeats.h"

namespace kairon::n8n {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::string_view kWorkflows = "/workflows?excludePinnedData=true";

class MachineTime final : public Timekeeper {
 public:
  Clock::time_point now() override { return Clock::now(); }
  void wait(milliseconds time) override { pause(time); }
};

std::string without_suffix(std::string text, std::string_view suffix) {
  if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
  return text;
}

bool same_ids(const std::vector<Tree>& a, const std::vector<Tree>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Tree& x, const Tree& y) { return x["id"] == y["id"]; });
}

}  // namespace

bool server_is_away(Verdict verdict) {
  return verdict == Verdict::database_down || verdict == Verdict::starting || verdict == Verdict::unreachable;
}

bool may_be_done(const Reply& reply) {
  const bool by_proxy = reply.verdict == Verdict::starting && reply.status >= 502 && reply.status <= 504;
  return reply.verdict == Verdict::lost || reply.verdict == Verdict::database_down || by_proxy;
}

std::string workflow_path(const std::string& id) { return "/workflows/" + http::encode_component(id); }

void pause(milliseconds time) {
  const Clock::time_point end = Clock::now() + time;
  for (;;) {
    signals::check();
    const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now());
    if (left.count() <= 0) return;
    std::this_thread::sleep_for(std::min(left, milliseconds(50)));
  }
}

std::string api_base(std::string url) {
  return without_suffix(without_suffix(without_suffix(std::move(url), "/"), "/api/v1"), "/");
}

Timekeeper& machine_time() {
  static MachineTime time;
  return time;
}

Api::Api(http::Transport& transport, std::string base_url, Patience patience, Timekeeper& time)
    : transport_(transport), base_(std::move(base_url)), patience_(patience), time_(time) {
  base_ = api_base(std::move(base_));
}

Reply Api::exchange(const std::string& method, const std::string& path, const Tree* body) {
  http::Request request;
  request.method = method;
  request.url = base_ + "/api/v1" + path;
  if (body != nullptr) request.body = body->dump();
  ++requests_;
  if (method != "GET" && path.starts_with("/workflows")) ++writes_;
  if (body != nullptr && (*body)["nodes"].is_array()) served_.see(*body);
  // A server or a proxy may put what was sent into its error page.
  if (body != nullptr && path.starts_with("/credentials")) hide_strings((*body)["data"]);
  http::Response response = transport_.send(request);
  const bool refused = response.status < 200 || response.status > 299;
  if (refused) mask(response.body);
  Reply reply = judge(std::move(response));
  if (reply.json["message"].is_string()) {  // escaped in the body, or an error page that calls itself right
    std::string said = reply.json["message"].string();
    mask(said);
    reply.message = shortened(said);
  }
  note(reply);
  if (method != "GET" && may_be_done(reply)) ++lost_writes_;
  return reply;
}

http::Response Api::plain(http::Request request) {
  ++requests_;
  request.identity = http::Identity::anonymous;  // n8n stores a webhook's headers in its execution
  return transport_.send(request);
}

// Shorter ones are words like "true" and "5432", which would only make the message unreadable.
void Api::hide(std::string secret) {
  constexpr std::size_t kShortest = 6;
  if (secret.size() < kShortest) return;
  const std::string quoted = Tree(secret).dump();
  secrets_.insert(quoted.substr(1, quoted.size() - 2));  // as JSON has it
  secrets_.insert(std::move(secret));
}

void Api::hide_strings(const Tree& value) {
  if (value.is_string()) hide(value.string());
  for (const Tree& item : value.items()) hide_strings(item);
  for (const auto& [key, member] : value.members()) hide_strings(member);
}

void Api::mask(std::string& answer) const {
  for (const std::string& secret : secrets_) answer = text::replace_all(answer, secret, "***");
}

bool Api::may_run(std::string_view method, std::string_view path) const {
  return !listed_ || served_.may_run(method, path);
}

Reply Api::send(const std::string& method, const std::string& path, const Tree* body) {
  if (path.starts_with("/credentials")) credentials_.reset();
  return exchange(method, path, body);
}

// What a run reads tells it whether a write that nobody answered was carried out.
void Api::note(const Reply& reply) {
  if (!reply.ok() || !reply.json.is_object()) return;
  if (reply.json["nodes"].is_array()) {
    unanswered_.see(reply.json);
    served_.see(reply.json);
  }
  if (reply.json["nodes"].is_array() && reply.json.has("description"))
    described_[reply.json["id"].string()] = {reply.json["description"], reply.json["updatedAt"]};
  for (const Tree& row : reply.json["data"].items()) {
    if (!row["nodes"].is_array()) continue;
    unanswered_.see(row);
    served_.see(row);
  }
}

// For requests that may be sent any number of times, a write that was not answered in time excepted.
Reply Api::repeat(const std::string& method, const std::string& path, const Tree* body, Timeout timeout, bool* lost) {
  Repeats repeats(patience_, time_);
  for (;;) {
    Reply reply = exchange(method, path, body);
    if (lost != nullptr && may_be_done(reply) && !reply.timed_out) *lost = true;
    if (reply.too_large || (timeout == Timeout::give_up && reply.timed_out)) return reply;
    // 2.x unpublishes in the background: "Workflow is still being unpublished. Please try again in a few moments."
    const bool busy = reply.verdict == Verdict::refused && text::contains(reply.message, "try again in a few moments");
    const bool again = server_is_away(reply.verdict) || reply.verdict == Verdict::lost || busy;
    if (!again || !repeats.another(reply)) return reply;
  }
}

Reply Api::get(const std::string& path) { return repeat("GET", path, nullptr, Timeout::resend); }

void Api::wait_ready(const std::function<void(std::string_view)>& say) { (void)await_list("/workflows?limit=1", say); }

std::vector<Tree> Api::workflows_when_ready(const std::function<void(std::string_view)>& say) {
  Reply reply = await_list(std::string(kWorkflows) + "&limit=250", say);
  if (!reply.json["nextCursor"].string().empty()) return workflows();
  listed_ = true;
  return std::move(reply.json.find("data")->items());
}

// The list, as soon as n8n answers with one.
Reply Api::await_list(const std::string& path, const std::function<void(std::string_view)>& say) {
  const Clock::time_point begun = time_.now();
  milliseconds asked{0};
  for (;;) {
    Reply reply = exchange("GET", path, nullptr);
    if (reply.ok() && reply.json["data"].is_array()) return reply;
    if (reply.ok()) reply.verdict = Verdict::not_n8n;
    // A 404 page may be an n8n whose routes are not mounted yet (1.3 to 2.3 s on 1.x).
    const bool may_come =
        server_is_away(reply.verdict) || reply.verdict == Verdict::not_n8n || reply.verdict == Verdict::lost;
    const bool is_starting = reply.verdict == Verdict::database_down || reply.verdict == Verdict::starting;
    const milliseconds limit = is_starting ? patience_.ready : patience_.refused;
    asked += reply.retry_after;
    const bool too_long = asked > patience_.retry_after;
    if (too_long) reply.message += asked_to_wait(reply);
    if (!may_come || reply.too_large || too_long || time_.now() - begun - asked >= limit)
      fail(reply, "n8n is not ready", base_);
    if (say) say(reply.message.empty() ? "n8n is starting" : reply.message);
    time_.wait(reply.retry_after.count() > 0 ? reply.retry_after : patience_.pause);
  }
}

std::vector<Tree> Api::read_pages(const std::string& path) {
  std::vector<Tree> rows;
  std::string cursor;
  constexpr int kMaxPages = 1000;
  for (int page = 0; page < kMaxPages; ++page) {
    const std::string separator = path.find('?') == std::string::npos ? "?" : "&";
    const std::string url =
        path + separator + "limit=250" + (cursor.empty() ? "" : "&cursor=" + http::encode_component(cursor));
    Reply reply = get(url);
    if (!reply.ok() || !reply.json["data"].is_array()) fail(reply, "reading " + path, base_);
    for (Tree& row : reply.json.find("data")->items()) rows.push_back(std::move(row));
    cursor = reply.json["nextCursor"].string();
    if (cursor.empty()) return rows;
  }
  throw environment_error(format("n8n at {} does not come to an end of {}", base_, path), "see n8n's log");
}

// Pages are offsets without a snapshot: a row deleted in between hides another one. Two equal
// readings in a row are taken as the truth.
std::vector<Tree> Api::pages(const std::string& path) {
  std::vector<Tree> rows = read_pages(path);
  constexpr std::size_t kOnePage = 250;
  for (int tries = 0; rows.size() >= kOnePage && tries < 4; ++tries) {
    std::vector<Tree> again = read_pages(path);
    const bool same = same_ids(rows, again);
    rows = std::move(again);
    if (same) break;
  }
  return rows;
}

std::vector<Tree> Api::workflows() {
  std::vector<Tree> rows = pages(std::string(kWorkflows));
  listed_ = true;
  return rows;
}

std::vector<Tree> Api::tags() { return pages("/tags"); }

Reply Api::workflow(const std::string& id) { return get(workflow_path(id)); }

std::optional<std::vector<Credential>> Api::credentials() {
  if (credentials_) return credentials_;
  if (publishes_ == false) return std::nullopt;
  const Reply reply = get("/credentials?limit=250");
  publishes_ = reply.status != 405 && reply.status != 404;
  if (!*publishes_) return std::nullopt;
  if (!reply.ok()) fail(reply, "reading the credentials", base_);
  std::vector<Credential> list;
  const bool is_whole = reply.json["nextCursor"].string().empty();
  for (const Tree& row : is_whole ? reply.json["data"].items() : pages("/credentials"))
    list.push_back({row["id"].string(), row["name"].string(), row["type"].string()});
  return credentials_ = std::move(list);
}

bool Api::publishes() {
  if (!publishes_) (void)credentials();
  return publishes_.value_or(false);
}

}  // namespace kairon::n8n
