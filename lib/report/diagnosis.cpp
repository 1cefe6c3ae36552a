#include "report/diagnosis.h"

#include <algorithm>

#include "base/format.h"
#include "base/message.h"
#include "base/terminal.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::report {

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

std::size_t count(std::span<const Diagnosis> diagnoses, Health health) {
  return static_cast<std::size_t>(
      std::count_if(diagnoses.begin(), diagnoses.end(), [health](const Diagnosis& d) { return d.health == health; }));
}

}  // namespace

void print_text(std::span<const Diagnosis> diagnoses) {
  for (const Diagnosis& d : diagnoses) {
    const Look how = look(d.health);
    const std::string lead = format("{} {}: ", terminal::styled(Channel::out, how.style, how.word), d.topic);
    terminal::print(Channel::out, rendered(lead, printable(d.message), 5));
  }
  terminal::print(Channel::out, format("{} ok, {}, {}", count(diagnoses, Health::ok),
                                       text::counted(count(diagnoses, Health::warn), "warning"),
                                       text::counted(count(diagnoses, Health::fail), "failure")));
}

void print_json(std::span<const Diagnosis> diagnoses) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object().key("version").integer(1).key("checks").begin_array();
  for (const Diagnosis& d : diagnoses) {
    out.begin_object().key("status").string(look(d.health).json).key("topic").string(d.topic);
    out.key("detail").string(d.message.text).key("remedy").string(d.message.remedy).end_object();
  }
  out.end_array().key("summary").begin_object();
  for (const Health health : {Health::ok, Health::warn, Health::fail})
    out.key(look(health).json).integer(static_cast<long long>(count(diagnoses, health)));
  out.end_object().end_object();
  terminal::print(Channel::out, out.take());
}

ExitCode verdict(std::span<const Diagnosis> diagnoses) {
  return count(diagnoses, Health::fail) > 0 ? ExitCode::blocked : ExitCode::passed;
}

}  // namespace kairon::report
