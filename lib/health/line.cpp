#include "health/line.h"

#include <algorithm>
#include <utility>

#include "base/format.h"
#include "base/message.h"
#include "base/terminal.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::health {

namespace {

using terminal::Channel;
using terminal::Style;

constexpr Condition kAll[] = {Condition::ok, Condition::degraded, Condition::unknown};

struct Look {
  std::string_view word;
  Style style;
};

Look look(Condition condition) {
  switch (condition) {
    case Condition::ok:
      return {"OK      ", Style::green};
    case Condition::degraded:
      return {"DEGRADED", Style::red};
    case Condition::unknown:
      return {"UNKNOWN ", Style::yellow};
  }
  return {};
}

long long count(std::span<const HealthLine> lines, Condition condition) {
  return std::count_if(lines.begin(), lines.end(), [&](const HealthLine& l) { return l.condition == condition; });
}

}  // namespace

void HealthLines::ok(std::string check, std::string detail) {
  lines_.push_back({environment_, std::move(check), Condition::ok, {std::move(detail)}});
}

void HealthLines::degraded(std::string check, std::string detail, std::string remedy,
                           std::vector<std::string> subjects) {
  lines_.push_back({environment_,
                    std::move(check),
                    Condition::degraded,
                    {std::move(detail), std::move(remedy)},
                    std::move(subjects)});
}

void HealthLines::unreachable(std::string check, std::string detail, std::string remedy) {
  lines_.push_back({environment_,
                    std::move(check),
                    Condition::degraded,
                    {std::move(detail), std::move(remedy)},
                    {},
                    Reach::unreachable});
}

void HealthLines::unknown(std::string check, std::string detail, std::string remedy) {
  lines_.push_back({environment_, std::move(check), Condition::unknown, {std::move(detail), std::move(remedy)}});
}

void HealthLines::failed(std::string check, const Error& error) {
  lines_.push_back({environment_, std::move(check), Condition::unknown, error.message(), {}, Reach::unreachable});
}

void HealthLines::attempt(const std::string& check, const std::function<void()>& look) {
  try {
    look();
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    failed(check, error);
  }
}

std::string_view condition_name(Condition condition) {
  switch (condition) {
    case Condition::ok:
      return "ok";
    case Condition::degraded:
      return "degraded";
    case Condition::unknown:
      return "unknown";
  }
  return {};
}

void print_health(std::span<const HealthLine> lines) {
  for (const HealthLine& line : lines) {
    const Look how = look(line.condition);
    const std::string place = line.environment.empty() ? "" : line.environment + " ";
    const std::string lead =
        format("{} {}{}: ", terminal::styled(Channel::out, how.style, how.word), place, line.check);
    terminal::print(Channel::out, rendered(lead, printable(line.message), 9));
  }
  terminal::print(Channel::out, format("{} ok, {} degraded, {} unknown", count(lines, Condition::ok),
                                       count(lines, Condition::degraded), count(lines, Condition::unknown)));
}

std::string health_json(std::span<const HealthLine> lines, std::span<const std::string> new_alerts,
                        std::span<const std::string> over) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object().key("version").integer(1).key("checks").begin_array();
  for (const HealthLine& line : lines) {
    out.begin_object().key("environment").string(line.environment).key("check").string(line.check);
    out.key("status").string(condition_name(line.condition)).key("detail").string(line.message.text);
    out.key("remedy").string(line.message.remedy).end_object();
  }
  out.end_array().key("alerts").begin_object().key("new").begin_array();
  for (const std::string& alert : new_alerts) out.string(alert);
  out.end_array().key("over").begin_array();
  for (const std::string& alert : over) out.string(alert);
  out.end_array().end_object().key("summary").begin_object();
  for (const Condition condition : kAll) out.key(condition_name(condition)).integer(count(lines, condition));
  out.end_object().end_object();
  return out.take();
}

ExitCode health_verdict(std::span<const HealthLine> lines) {
  const auto any = [&](auto test) { return std::any_of(lines.begin(), lines.end(), test); };
  if (any([](const HealthLine& line) { return line.reach == Reach::unreachable; })) return ExitCode::environment;
  return any([](const HealthLine& line) { return line.condition == Condition::degraded; }) ? ExitCode::blocked
                                                                                           : ExitCode::passed;
}

}  // namespace kairon::health
