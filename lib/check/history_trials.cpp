#include "check/history_trials.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "trial/last_trial.h"

namespace kairon::check {

namespace {

/// The files of a request that lie in a history's folder; all of them where there is one history.
std::vector<std::string> files_of(const std::vector<std::string>& files, const git::GitSource& source,
                                  const config::Settings& history) {
  namespace fs = std::filesystem;
  std::vector<std::string> own;
  for (const std::string& file : files) {
    std::error_code failed;
    const std::string inside = fs::weakly_canonical(file, failed).lexically_relative(source.top()).generic_string();
    if (!failed && history.is_below_migrations(inside)) own.push_back(file);
  }
  return own;
}

void refuse_strays(const std::vector<std::string>& files, const git::GitSource& source,
                   const std::vector<config::Settings>& histories) {
  for (const std::string& file : files) {
    const bool known = std::any_of(histories.begin(), histories.end(),
                                   [&](const config::Settings& one) { return !files_of({file}, source, one).empty(); });
    if (!known)
      throw usage_error(format("{} lies in no history of migrations", text::printable(file)),
                        "name a file below one of the folders that [migrations \"NAME\"] sets, or --history NAME");
  }
}

/// The migrations of the other histories in the database of one, as they are in what is tried.
std::vector<std::vector<migrate::Source>> others_of(git::GitSource& source,
                                                    const std::vector<config::Settings>& histories,
                                                    const config::Settings& one, const std::string& tip) {
  std::vector<std::vector<migrate::Source>> others;
  const auto database = [](const config::Settings& history) {
    return history.history().empty() ? std::string() : history.value(config::kHistoryDatabase, history.history());
  };
  for (const config::Settings& other : histories) {
    if (other.history() == one.history() || database(other) != database(one)) continue;
    others.push_back(tip.empty() ? migrate::read_folder(source.top(), other) : trial::read_commit(source, tip, other));
  }
  return others;
}

void name_history(trial::TrialReport& report, const config::Settings& history) {
  const std::string lead = history.history_lead();
  if (!report.base.empty()) report.base.insert(0, lead);
  for (std::string& note : report.notes) note.insert(0, lead);
  for (trial::MigrationReport& one : report.migrations) one.history = history.history();
  for (trial::TrialFinding& one : report.findings) one.history = history.history();
}

}  // namespace

HistoryTrials::HistoryTrials(git::GitSource* source, std::vector<config::Settings> histories,
                             const trial::TrialRequest& request, Verdicts verdicts,
                             std::optional<std::chrono::milliseconds> limit)
    : source_(source), histories_(std::move(histories)) {
  const bool assigned = source != nullptr && !request.files.empty() && histories_.size() > 1;
  if (assigned) refuse_strays(request.files, *source, histories_);
  for (const config::Settings& one : histories_) {
    trial::TrialRequest own = request;
    if (assigned) own.files = files_of(request.files, *source, one);
    if (assigned && own.files.empty()) continue;
    trials_.emplace_back(source, one, std::move(own), verdicts, limit);
    if (source != nullptr) trials_.back().stand_on(others_of(*source, histories_, one, request.tip));
  }
}

std::size_t HistoryTrials::migrations() const {
  std::size_t all = 0;
  for (const MigrationTrials& one : trials_) all += one.migrations();
  return all;
}

void HistoryTrials::read_workflows() {
  for (MigrationTrials& one : trials_) one.read_workflows();
}

bool HistoryTrials::proven() const {
  return std::all_of(trials_.begin(), trials_.end(), [](const MigrationTrials& one) { return one.proven(); });
}

trial::TrialReport HistoryTrials::run() {
  trial::TrialReport all;
  for (MigrationTrials& one : trials_) {
    if (one.migrations() == 0 || one.proven()) continue;
    trial::TrialReport report = one.run();
    name_history(report, one.settings());
    const std::string bases = all.base.empty() ? report.base : format("{}; {}", all.base, report.base);
    merge(all, std::move(report));
    all.base = bases;
  }
  if (source_ != nullptr) trial::keep_last_trial(source_->common_dir(), all);
  return all;
}

}  // namespace kairon::check
