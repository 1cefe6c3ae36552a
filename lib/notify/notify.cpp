#include "notify/notify.h"

#include <chrono>
#include <exception>

#include "base/format.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "http/client.h"
#include "notify/notification.h"

namespace kairon::notify {

namespace {

using State = Delivery::State;

constexpr std::chrono::milliseconds kPatience{5000};
constexpr std::chrono::milliseconds kConnectPatience{3000};
constexpr std::size_t kAnswerLimit = std::size_t{64} << 10U;

bool wanted(const config::Settings& settings, std::span<const Notice> notices) {
  if (settings.value(config::kNotifyOn) == "always") return true;
  for (const Notice& notice : notices)
    if (notice.outcome != JobOutcome::done) return true;
  return false;
}

Delivery deliver(http::Transport& transport, const Receiver& receiver, const Notification& message) {
  if (!is_known_kind(receiver.kind))
    return {State::failed,
            format("unknown [notify] kind {}: use discord, slack, ntfy or json", text::printable(receiver.kind))};
  http::Request request = request_for(receiver, message);
  request.timeout = kPatience;
  const http::Response response = transport.send(request);
  if (!response.answered()) return {State::failed, response.problem};
  if (response.status < 200 || response.status > 299)
    return {State::failed, format("the receiver of [notify] url answered {}", response.status)};
  return {State::sent, {}};
}

/// Runs `work`; whatever it throws becomes a failed delivery.
template <typename Work>
Delivery contained(const Work& work) {
  // A job that was interrupted rolled back, and that is worth telling too.
  const signals::Shield shield;
  try {
    return work();
  } catch (const std::exception& error) {
    return {State::failed, error.what()};
  }
}

}  // namespace

Delivery notify_over(http::Transport& transport, const config::Settings& settings, std::span<const Notice> notices) {
  return contained([&]() -> Delivery {
    const Receiver receiver = receiver_of(settings);
    if (receiver.url.empty()) return {State::not_configured, {}};
    if (notices.empty() || !wanted(settings, notices)) return {State::not_wanted, {}};
    return deliver(transport, receiver, fold(notices, Scrubber(settings)));
  });
}

Delivery notify(const config::Settings& settings, std::span<const Notice> notices) {
  const Delivery delivery = contained([&] {
    http::Client client({.connect_timeout = kConnectPatience, .body_limit = kAnswerLimit});
    return notify_over(client, settings, notices);
  });
  if (delivery.state == State::failed)
    terminal::print(terminal::Channel::err, format("warning: no notification was sent: {}", delivery.problem));
  return delivery;
}

Delivery notify(const config::Settings& settings, const Notice& notice) {
  return notify(settings, std::span<const Notice>(&notice, 1));
}

}  // namespace kairon::notify
