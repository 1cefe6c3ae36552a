#include "gate/pre_commit.h"

#include "base/environment.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/judge.h"
#include "check/repairable.h"
#include "gate/notices.h"
#include "gate/schema_stage.h"
#include "report/findings.h"

namespace kairon::gate {

using terminal::Channel;

ExitCode check_staged(git::GitSource& source) {
  const config::Settings settings = config::load(&source, repository::read_index_file(source, ".kairon").value_or(""));
  const check::Subject subject = check::staged(source, settings);
  if (!subject.empty) say_notices(settings);
  const check::Judgement judgement = check::judge(&source, subject, settings);
  const report::CheckReport& report = judgement.report;
  const bool speaks = !report.findings.empty() || (!subject.empty && environment::flag("KAIRON_VERBOSE"));
  if (speaks) terminal::write(Channel::err, report::to_text(report, Channel::err));
  say_notes(judgement, speaks);
  if (judgement.exit_code() == ExitCode::passed) return check_schema_at_commit(*subject.only, subject.now, settings);
  if (const std::size_t repairable = check::count_repairable(&source, subject.now, report.findings); repairable > 0)
    terminal::print(Channel::err, format("kairon: {} can be repaired: kairon fix --write, then git add",
                                         text::counted(repairable, "finding")));
  terminal::print(
      Channel::err,
      "kairon: commit blocked. `kairon explain RULE` says more; `git commit --no-verify` is caught at push.");
  return ExitCode::blocked;
}

}  // namespace kairon::gate
