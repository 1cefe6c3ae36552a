#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/message.h"
#include "trial/trial.h"

namespace kairon::trial {

/// The report of a trial while it is written: what is said goes to the migration that is being tried.
class Record {
 public:
  /// Goes on with `source`, which must outlive the record; its report is added.
  void begin(const migrate::Source& source);
  /// Ends the migration: its findings get its version, and an error among them blocks it.
  void end();

  /// Adds a finding; `path` "" = the migration's forward file.
  void say(std::string rule, Gravity gravity, Message message, std::string path = {}, sql::Position position = {});
  void add(TrialFinding finding) { report_.findings.push_back(std::move(finding)); }
  /// Adds a note, once.
  void note(const std::string& text);
  /// The migration gets no verdict, nor what needs it.
  void leave_out(std::string reason);
  /// The migration could not be run: what others miss may come from it.
  void cannot_run() { not_run_.push_back(current_); }

  /// The migration that is being tried has an error.
  [[nodiscard]] bool failed() const;
  /// The migration that is being tried has a finding of this rule.
  [[nodiscard]] bool has(std::string_view rule) const;
  [[nodiscard]] const migrate::Source& current() const { return *current_; }
  [[nodiscard]] MigrationReport& now() { return report_.migrations.back(); }
  [[nodiscard]] TrialReport& report() { return report_; }
  /// The migrations that could not be run.
  [[nodiscard]] const std::vector<const migrate::Source*>& not_run() const { return not_run_; }

 private:
  TrialReport report_;
  const migrate::Source* current_ = nullptr;
  std::size_t begin_ = 0;  ///< the migration's first finding
  std::vector<const migrate::Source*> not_run_;
};

}  // namespace kairon::trial
