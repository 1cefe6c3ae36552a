#pragma once
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "http/transport.h"
#include "n8n/api.h"
#include "n8n/content.h"

namespace kairon::n8n {

/// What goes wrong with one request.
enum class Weather {
  not_connected,  ///< never sent
  cut_before,     ///< lost, not done
  cut_after,      ///< done, answer lost
  late,           ///< lost, and done only three requests later
  database_down,  ///< 401 connect ECONNREFUSED, not done
  gateway,        ///< done, but the proxy before n8n answers 504
  starting,       ///< 200 "n8n is starting up", not done
  refused,        ///< 400, not done
  refused_write,  ///< the same for anything but a GET
  half_way,       ///< as refused; an active workflow's PUT leaves it off, with the new nodes (1.x)
  kill_before,    ///< our own process dies before the request
  kill_after,     ///< and after it
  interrupt       ///< done, and SIGINT arrives
};

/// Stands for kill -9 of our own process: nothing is caught, nothing more is sent.
struct Killed : std::exception {};

/// An n8n in memory that keeps to what was observed of the real one (N8N contract, sections 0 to 6):
/// strict bodies, merging settings, credential repair, activation rules, webhooks.
class FakeServer final : public http::Transport {
 public:
  explicit FakeServer(Dialect dialect) : dialect_(dialect) {}

  [[nodiscard]] http::Response send(const http::Request& request) override;

  void add_credential(const std::string& id, const std::string& type, const std::string& name) {
    credentials_.push_back({id, name, type});
  }
  /// A 2.x before 2.35: a PUT cannot leave the published version alone.
  void forget_drafts() { drafts_ = false; }
  /// As if n8n had pruned its history.
  void forget_versions() { versions_.clear(); }
  /// As somebody in the editor would: any body, no checks. Returns the id.
  std::string put(const Tree& workflow);
  void erase(const std::string& name);
  [[nodiscard]] Tree* find(const std::string& name);

  /// What happens to the request of this number (1 = the next one).
  void disturb(std::size_t number, Weather weather) { weather_[count_ + number] = weather; }
  /// The request of this number is not answered in time, and done before the one that comes `later`
  /// requests after it, or by deliver().
  void delay(std::size_t number, std::size_t later) { delays_[count_ + number] = later; }
  /// The same, but its connection breaks at once.
  void lose(std::size_t number, std::size_t later) {
    delay(number, later);
    breaks_ = true;
  }
  /// The same for the next PUT of a workflow.
  void delay_put(std::size_t later) { delayed_put_ = later; }
  /// Our own process dies while it sends the request of this number, which arrives `later`.
  void kill_sending(std::size_t number, std::size_t later) {
    delay(number, later);
    kills_ = true;
  }
  /// What was delayed arrives now. Returns how many requests that were.
  std::size_t deliver();
  /// From the request of this number on nothing answers, until calm().
  void go_away(std::size_t number) { gone_from_ = count_ + number; }
  void calm();
  /// Called with each request before it is answered; disturb(0, ...) then means this one.
  void watch(std::function<void(const http::Request&)> seen) { seen_ = std::move(seen); }
  [[nodiscard]] std::size_t requests() const { return count_; }
  /// Executions that requests to webhooks started.
  [[nodiscard]] std::size_t runs() const { return runs_; }

  /// Every workflow by name: canonical content, active flag, whether n8n runs what it shows, tags.
  /// Equal for two servers that mean the same.
  [[nodiscard]] std::string state() const;
  [[nodiscard]] std::size_t count(const std::string& name) const;

 private:
  http::Response answer(const http::Request& request);
  http::Response workflows(const http::Request& request, const std::string& rest);
  http::Response change(const http::Request& request, Tree& workflow, const std::string& action);
  http::Response tags(const http::Request& request, const std::string& rest);
  http::Response webhook(const http::Request& request, const std::string& path);
  http::Response activate(Tree& workflow, const std::string& version);
  http::Response store(Tree& workflow, const Tree& body, bool publishes);
  void new_version(Tree& workflow);
  void go_live(Tree& workflow);
  void go_off(Tree& workflow);
  [[nodiscard]] std::string conflict(const Tree& workflow) const;
  [[nodiscard]] std::string unpublished(const Tree& workflow) const;
  void repair(Tree& workflow) const;
  [[nodiscard]] Tree* by_id(const std::string& id);

  Dialect dialect_;
  bool drafts_ = true;
  std::vector<Tree> workflows_;
  std::map<std::string, Tree> versions_;  ///< nodes and connections by version id (2.x)
  std::vector<Tree> tags_;
  std::vector<Credential> credentials_;
  std::map<std::size_t, Weather> weather_;
  std::map<std::size_t, http::Request> late_;
  std::map<std::size_t, std::size_t> delays_;
  std::size_t delayed_put_ = 0;
  std::function<void(const http::Request&)> seen_;
  bool breaks_ = false;  ///< what is delayed, instead of timing out
  bool kills_ = false;
  std::size_t count_ = 0;
  std::size_t runs_ = 0;
  std::size_t gone_from_ = 0;
  bool killed_ = false;
  int next_id_ = 1;
  int clock_ = 1;
};

}  // namespace kairon::n8n
