#include "trial/record.h"

#include <algorithm>
#include <utility>

namespace kairon::trial {

void Record::begin(const migrate::Source& source) {
  current_ = &source;
  begin_ = report_.findings.size();
  report_.migrations.push_back({source.version.stem, source.forward->path(), {}, {}, true, source.forward->checksum()});
}

void Record::end() {
  for (std::size_t i = begin_; i < report_.findings.size(); ++i) report_.findings[i].version = current_->version.stem;
  if (now().verdict == Verdict::passed && failed()) now().verdict = Verdict::blocked;
}

void Record::say(std::string rule, Gravity gravity, Message message, std::string path, sql::Position position) {
  if (path.empty()) path = current_->forward->path();
  report_.findings.push_back({std::move(rule), gravity, std::move(path), position, std::move(message)});
}

void Record::note(const std::string& text) {
  if (std::find(report_.notes.begin(), report_.notes.end(), text) == report_.notes.end()) report_.notes.push_back(text);
}

void Record::leave_out(std::string reason) {
  cannot_run();
  now().tried = !now().statements.empty();
  now().verdict = Verdict::not_judged;
  now().reason = std::move(reason);
}

bool Record::failed() const {
  return std::any_of(report_.findings.begin() + static_cast<std::ptrdiff_t>(begin_), report_.findings.end(),
                     [](const TrialFinding& one) { return one.gravity == Gravity::error; });
}

bool Record::has(std::string_view rule) const {
  return std::any_of(report_.findings.begin() + static_cast<std::ptrdiff_t>(begin_), report_.findings.end(),
                     [&](const TrialFinding& one) { return one.rule == rule; });
}

}  // namespace kairon::trial
