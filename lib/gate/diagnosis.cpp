#include "gate/diagnosis.h"

#include <algorithm>

#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"

namespace kairon::gate {

namespace {

using terminal::Channel;
using terminal::Style;

struct Look {
  std::string_view word;
  std::string_view json;
  Style style;
};

Look look(Health health) {
  switch (health) {
    case Health::ok:
      return {"OK  ", "ok", Style::green};
    case Health::warn:
      return {"WARN", "warn", Style::yellow};
    case Health::fail:
      return {"FAIL", "fail", Style::red};
  }
  return {};
}

long long count(std::span<const Diagnosis> diagnoses, Health health) {
  return std::count_if(diagnoses.begin(), diagnoses.end(), [health](const Diagnosis& d) { return d.health == health; });
}

}  // namespace

void print_text(std::span<const Diagnosis> diagnoses) {
  for (const Diagnosis& d : diagnoses) {
    const Look how = look(d.health);
    terminal::print(Channel::out, format("{} {}: {}", terminal::styled(Channel::out, how.style, how.word), d.topic,
                                         text::printable(d.detail)));
    if (!d.remedy.empty()) terminal::print(Channel::out, format("     help: {}", text::printable(d.remedy)));
  }
  terminal::print(Channel::out, format("{} ok, {} warnings, {} failures", count(diagnoses, Health::ok),
                                       count(diagnoses, Health::warn), count(diagnoses, Health::fail)));
}

void print_json(std::span<const Diagnosis> diagnoses) {
  std::string out = "{\"version\":1,\"checks\":[";
  for (const Diagnosis& d : diagnoses) {
    if (!out.ends_with('[')) out += ",";
    out += format("\n  {{\"status\":\"{}\",\"topic\":{},\"detail\":{},\"remedy\":{}}}", look(d.health).json,
                  json_quoted(d.topic), json_quoted(d.detail), json_quoted(d.remedy));
  }
  out += format("\n],\"summary\":{{\"ok\":{},\"warn\":{},\"fail\":{}}}}}", count(diagnoses, Health::ok),
                count(diagnoses, Health::warn), count(diagnoses, Health::fail));
  terminal::print(Channel::out, out);
}

ExitCode verdict(std::span<const Diagnosis> diagnoses) {
  return count(diagnoses, Health::fail) > 0 ? ExitCode::blocked : ExitCode::passed;
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t bad = std::min(text::invalid_utf8(text), text.size());
    for (const char c : text.substr(0, bad)) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') out += '\\';
      out += byte < 0x20 ? format("\\u{:04x}", static_cast<unsigned>(byte)) : std::string(1, c);
    }
    text.remove_prefix(bad);
    if (text.empty()) break;
    out += "\xEF\xBF\xBD";
    text.remove_prefix(1);
  }
  return out + "\"";
}

}  // namespace kairon::gate
