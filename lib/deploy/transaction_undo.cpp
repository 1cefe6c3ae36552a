#include <utility>

#include "base/error.h"
#include "base/signals.h"
#include "deploy/transaction.h"
#include "n8n/lock.h"
#include "n8n/unanswered_note.h"

namespace kairon::deploy {

void Deployment::undo_into(DeployResult& result, const Record& record, std::string why) {
  signals::clear();
  const signals::Shield shield;
  result.failure.text = std::move(why);
  result.rollback = RollbackReport{{}, {}, record.note};
  try {
    result.rollback = roll_back(api_, record, Inflight::none);
    end_undone(record, *result.rollback);
  } catch (const Error& error) {
    result.rollback->problems.push_back(error.message().text);
    keep_unanswered(record);
  }
  result.outcome = result.rollback->ok()               ? Outcome::rolled_back
                   : result.rollback->problems.empty() ? Outcome::unsettled
                                                       : Outcome::rollback_failed;
}

// Leaves in the open journal what may still happen on the server. Without it the journal is open all the same.
void Deployment::keep_unanswered(Record record) {
  const std::vector<n8n::Unanswered> possible = api_.possible();
  if (possible.empty() && record.unanswered.empty()) return;
  record.unanswered = possible;
  try {
    journal_.begin(to_text(record));
  } catch (const Error&) {
    return;  // a full disk is what the rollback's caller says
  }
}

// For a run that is killed before the answer comes. A note that is half written is one of a write that was not sent.
void Deployment::keep_sent(const n8n::Unanswered* write) {
  journal_.set_sent(write == nullptr ? std::string() : n8n::to_tree(*write).dump());
}

void Deployment::end_undone(const Record& record, const RollbackReport& report) {
  if (!report.ok()) return keep_unanswered(record);
  journal_.set_state(to_text(record.left));
  journal_.end(history_line("rolled back", nullptr));
}

RollbackReport Deployment::undo() {
  const file::Descriptor alone = journal_.hold();
  if (!journal_.open_record() && order_.lock_database.empty()) {
    api_.wait_ready();
    if (n8n::remove_own_tag(api_, order_.by)) return {{"the lock that a killed run left: removed"}, {}, {}};
  }
  Record record = open_record();
  if (Result<n8n::Tree> sent = n8n::Tree::parse(journal_.sent()); sent.ok())
    record.unanswered.push_back(n8n::unanswered_from(*sent));
  api_.wait_ready();
  const std::unique_ptr<n8n::Lock> held = lock(n8n::StaleLock::take_over);
  api_.expect(still_possible(record));
  const signals::Shield shield;
  keep_unanswered(record);
  const n8n::UnansweredNote note(
      api_, [this, &record] { keep_unanswered(record); }, [this](const n8n::Unanswered* write) { keep_sent(write); });
  RollbackReport report = roll_back(api_, record, Inflight::possible);
  order_.commit = record.commit;
  end_undone(record, report);
  return report;
}

}  // namespace kairon::deploy
