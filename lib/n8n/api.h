#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/transport.h"
#include "n8n/patience.h"
#include "n8n/served.h"
#include "n8n/tree.h"
#include "n8n/unanswered.h"

namespace kairon::n8n {

/// What an answer of n8n means. Status codes alone lie (a database that is down answers 401, a
/// starting n8n 200), so the body decides.
enum class Verdict {
  ok,
  refused,        ///< n8n says no to this request: message() of n8n
  not_found,      ///< no such workflow or route
  wrong_key,      ///< 401 unauthorized
  forbidden,      ///< 403, a key without the scope (2.x)
  database_down,  ///< n8n lives, its database does not
  starting,       ///< n8n is not ready yet
  not_n8n,        ///< something else answers at this url
  unreachable,    ///< the request was never sent
  lost            ///< sent, but no answer: may have been done
};

struct Reply {
  Verdict verdict = Verdict::ok;
  int status = 0;
  Tree json = {};
  std::string message = {};                  ///< n8n's own words or the transport's, printable, at most 300 bytes
  bool timed_out = false;                    ///< given up by us or by a proxy: may be done much later
  bool too_large = false;                    ///< cut off at the client's limit, which a repeat meets again
  std::chrono::milliseconds retry_after{0};  ///< what the server asks for, 0 when it does not
  [[nodiscard]] bool ok() const noexcept { return verdict == Verdict::ok; }
};

/// "something is wrong with it (HTTP 400)": why a request failed, with the status when there is one.
[[nodiscard]] std::string cause(const Reply& reply);

/// The printable beginning of a server's words, as Reply::message has it.
[[nodiscard]] std::string shortened(std::string_view message);

/// Judges a response of the public API (observed on 1.123 and 2.41).
[[nodiscard]] Reply judge(http::Response response);

/// The url below which an n8n's API and webhooks lie: without a final "/" and "/api/v1".
[[nodiscard]] std::string api_base(std::string url);

/// A credential as n8n lists it; never its data.
struct Credential {
  std::string id;
  std::string name;
  std::string type;
};

/// n8n's public REST API. Reads are repeated when that helps; a write whose answer was lost is
/// looked up before it is sent again. A write that was not answered in time is not sent again: it is
/// looked for during Patience::late, and stays in unanswered() when it is not seen. Nothing here
/// prints.
class Api {
 public:
  /// `base_url` like "https://n8n.example.org" (a path prefix is kept; a final "/api/v1" is dropped).
  Api(http::Transport& transport, std::string base_url, Patience patience = {}, Timekeeper& time = machine_time());

  [[nodiscard]] const std::string& base_url() const noexcept { return base_; }
  [[nodiscard]] const Patience& patience() const noexcept { return patience_; }
  [[nodiscard]] Timekeeper& time() noexcept { return time_; }
  /// Waits until the API answers with data. Throws Error(environment) naming cause and remedy.
  void wait_ready(const std::function<void(std::string_view)>& say = {});

  /// wait_ready() and workflows() with one request where all workflows fit into one page.
  [[nodiscard]] std::vector<Tree> workflows_when_ready(const std::function<void(std::string_view)>& say = {});

  /// Every workflow of the server, archived ones included, with nodes. Throws Error(environment).
  [[nodiscard]] std::vector<Tree> workflows();
  /// Every tag. Throws Error(environment).
  [[nodiscard]] std::vector<Tree> tags();
  [[nodiscard]] Reply workflow(const std::string& id);
  /// The credentials where the server lists them (2.x); nothing on 1.x, which answers 405.
  [[nodiscard]] std::optional<std::vector<Credential>> credentials();
  /// True when workflows are published (2.x): a called workflow has to be active as well.
  [[nodiscard]] bool publishes();

  /// POST; no workflow of this name may exist before. A lost answer is looked up by name.
  [[nodiscard]] Reply create(const Tree& body);
  /// PUT; sent again when the answer was lost and the server does not have it yet.
  [[nodiscard]] Reply update(const std::string& id, const Tree& body);
  /// PUT that leaves alone what n8n runs: a published workflow keeps its version, and the body becomes
  /// a draft (2.35 and later; before, drafts() is false afterwards and nothing was written).
  [[nodiscard]] Reply save_draft(const std::string& id, const Tree& body);
  [[nodiscard]] bool drafts() const noexcept { return drafts_; }
  [[nodiscard]] Reply activate(const std::string& id);
  /// Puts a version of the workflow's history live (2.x).
  [[nodiscard]] Reply publish(const std::string& id, const std::string& version);
  [[nodiscard]] Reply deactivate(const std::string& id);
  /// DELETE; a workflow that is gone already is ok.
  [[nodiscard]] Reply remove(const std::string& id);
  /// PUT of a workflow's tags: an array of {"id"}.
  [[nodiscard]] Reply set_tags(const std::string& id, const Tree& tags);

  /// GET below /api/v1, repeated while the server is away.
  [[nodiscard]] Reply get(const std::string& path);
  /// POST, PUT or DELETE below /api/v1, sent once.
  [[nodiscard]] Reply send(const std::string& method, const std::string& path, const Tree* body = nullptr);
  /// Keeps this text out of every message: answers that are errors show "***" in its place.
  void hide(std::string secret);
  /// A request outside the API, to a webhook: without the API key's header.
  [[nodiscard]] http::Response plain(http::Request request);
  /// Whether a request of `method` to /webhook/`path` may run a workflow: one that was read or sent
  /// serves it, or the server's workflows were never listed.
  [[nodiscard]] bool may_run(std::string_view method, std::string_view path) const;

  [[nodiscard]] std::size_t requests() const noexcept { return requests_; }
  /// Writes whose answer was lost: n8n may do them later than we look.
  [[nodiscard]] std::size_t lost_writes() const noexcept { return lost_writes_; }
  /// Writes that were not answered in time and whose effect was not seen: they may still be done.
  [[nodiscard]] const std::vector<Unanswered>& unanswered() const noexcept { return unanswered_.list(); }
  /// unanswered(), and those whose connection broke and that were then sent again with success: the first
  /// one may still be carried out.
  [[nodiscard]] std::vector<Unanswered> possible() const;
  /// Moves those that were sent again to unanswered(), and looks. To be called when the server has
  /// another content again: from now on a write whose effect the server shows is forgotten, because it
  /// has been carried out or would change nothing. Returns whether one was.
  [[nodiscard]] bool expect_masked();
  /// Whether the workflow is now as `write`, no creation, would make it: then carrying it out changes nothing.
  [[nodiscard]] bool shows_effect(const Unanswered& write);
  /// `note` is called when a write joins possible(), before it is looked for; see UnansweredNote.
  void on_unanswered(std::function<void()> note) { on_unanswered_ = std::move(note); }
  /// `note` is called with each write before it is sent, and with null when it was answered.
  void on_sent(std::function<void(const Unanswered*)> note) { on_sent_ = std::move(note); }
  /// Adds those of an earlier run.
  void expect(std::vector<Unanswered> writes);
  /// Reads the workflows of unanswered() once. Throws Error(interrupted) only.
  void look_for_unanswered();
  /// A workflow's description, and n8n's updatedAt at that moment.
  struct Described {
    Tree text;
    Tree at;
  };
  /// The descriptions that answers with one workflow had, by id: lists do not show them.
  [[nodiscard]] const std::map<std::string, Described>& described() const noexcept { return described_; }
  /// Requests that change workflows (POST, PUT, DELETE, activate, deactivate).
  [[nodiscard]] std::size_t writes() const noexcept { return writes_; }

 private:
  [[nodiscard]] Reply exchange(const std::string& method, const std::string& path, const Tree* body);
  /// Whether a request that was not answered in time is sent again.
  enum class Timeout { resend, give_up };
  [[nodiscard]] Reply repeat(const std::string& method, const std::string& path, const Tree* body, Timeout timeout,
                             bool* lost = nullptr);
  /// Sends `body`, by default the write's.
  [[nodiscard]] Reply change(const std::string& method, const std::string& path, Unanswered write,
                             const Tree* body = nullptr);
  [[nodiscard]] std::optional<Reply> arrives(Unanswered write);
  [[nodiscard]] Reply await_list(const std::string& path, const std::function<void(std::string_view)>& say);
  void keep_lost(Unanswered write, const Reply& reply);
  void note(const Reply& reply);
  void hide_strings(const Tree& value);
  void mask(std::string& answer) const;
  [[nodiscard]] std::vector<Tree> named(const std::string& name);
  [[nodiscard]] std::vector<Tree> pages(const std::string& path);
  [[nodiscard]] std::vector<Tree> read_pages(const std::string& path);

  http::Transport& transport_;
  std::string base_;
  Patience patience_;
  Timekeeper& time_;
  std::optional<bool> publishes_;
  bool drafts_ = true;
  std::optional<std::vector<Credential>> credentials_;
  std::size_t requests_ = 0;
  std::size_t writes_ = 0;
  std::size_t lost_writes_ = 0;
  UnansweredWrites unanswered_;
  std::map<std::string, Described> described_;
  ServedMethods served_;
  std::set<std::string, std::greater<>> secrets_;  ///< the longer of two with the same beginning first
  bool listed_ = false;                            ///< all workflows of the server were read once
  std::vector<Unanswered> masked_;                 ///< lost, and sent again with success
  std::function<void()> on_unanswered_;
  std::function<void(const Unanswered*)> on_sent_;
};

/// The Error(environment) for a reply that makes going on pointless: cause and remedy.
[[noreturn]] void fail(const Reply& reply, std::string_view doing, std::string_view base_url);

/// Sleeps, waking up for signals (throws Error(interrupted)).
void pause(std::chrono::milliseconds time);

}  // namespace kairon::n8n
