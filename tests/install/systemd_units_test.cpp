#include "install/systemd_units.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "base/text.h"

using namespace kairon;
using install::UnitPlan;
using install::UnitScope;

namespace {

UnitPlan plan_of(UnitScope scope) {
  UnitPlan plan;
  plan.scope = scope;
  plan.environment = "prod";
  plan.program = "/opt/100% sure/$HOME/kairon";
  plan.repository = "/srv/my repo 5%";
  plan.account = "kim";
  plan.environment_file = "/etc/kairon/kairon.env";
  plan.written_paths = {"/srv/my repo 5%/.git", "/var/backups/kairon"};
  return plan;
}

std::string content_of(const UnitPlan& plan, std::string_view name) {
  for (const install::UnitFile& file : install::unit_files(plan))
    if (file.name == name) return file.content;
  return "";
}

bool has_line(const std::string& content, std::string_view line) {
  for (const std::string_view one : text::lines(content))
    if (one == line) return true;
  return false;
}

}  // namespace

TEST_CASE("unit_files: a service and a timer for each job, quoted as systemd reads them") {
  const UnitPlan plan = plan_of(UnitScope::system);
  CHECK(install::unit_files(plan).size() == 6);
  const std::string backup = content_of(plan, "kairon-backup.service");
  CHECK(has_line(backup, "ExecStart=\"/opt/100%% sure/$$HOME/kairon\" backup prod --quiet"));
  CHECK(has_line(backup, "WorkingDirectory=/srv/my repo 5%%"));
  CHECK(has_line(backup, "ReadWritePaths=\"-/srv/my repo 5%%/.git\""));
  CHECK(has_line(backup, "User=kim"));
  CHECK(has_line(backup, "CapabilityBoundingSet="));
  CHECK(has_line(content_of(plan, "kairon-monitor.service"), "SuccessExitStatus=1"));
  CHECK(has_line(content_of(plan, "kairon-monitor.timer"), "OnCalendar=*:0/5"));
  CHECK(has_line(content_of(plan, "kairon-backup.timer"), "OnCalendar=hourly"));
  CHECK(has_line(content_of(plan, "kairon-drill.timer"), "OnCalendar=Sun 04:40"));
  CHECK(install::timer_names(plan).front() == "kairon-backup.timer");
}

TEST_CASE("unit_files: a user's units name no user, root's may become the drill's user") {
  const std::string mine = content_of(plan_of(UnitScope::user), "kairon-drill.service");
  CHECK_FALSE(text::contains(mine, "\nUser="));
  CHECK(has_line(mine, "PrivateUsers=yes"));
  // In a user namespace root could not become anybody else.
  UnitPlan roots_own = plan_of(UnitScope::user);
  roots_own.account = "root";
  CHECK_FALSE(has_line(content_of(roots_own, "kairon-drill.service"), "PrivateUsers=yes"));
  CHECK(text::contains(content_of(roots_own, "kairon-drill.service"), "CapabilityBoundingSet=CAP_SETUID CAP_SETGID"));
  UnitPlan root = plan_of(UnitScope::system);
  root.account = "root";
  CHECK(text::contains(content_of(root, "kairon-drill.service"), "CapabilityBoundingSet=CAP_SETUID CAP_SETGID"));
}

TEST_CASE("unit_files: the end of a job takes no shared memory from its user's other programs") {
  UnitPlan plan = plan_of(UnitScope::system);
  plan.account = "postgres";
  for (const install::UnitFile& unit : install::unit_files(plan)) {
    CAPTURE(unit.name);
    CHECK_FALSE(text::contains(unit.content, "RemoveIPC"));
  }
}

TEST_CASE("unit_files: what would end a line or a quote is refused") {
  for (const char* path : {"/srv/a\nExecStart=/bin/sh", "/srv/\"quoted\"", "/srv/back\\slash", "/srv/it's"}) {
    UnitPlan plan = plan_of(UnitScope::system);
    plan.repository = path;
    CAPTURE(path);
    CHECK_THROWS_AS(static_cast<void>(install::unit_files(plan)), Error);
    CHECK_THROWS_AS(static_cast<void>(install::cron_lines(plan)), Error);
  }
}

TEST_CASE("cron_lines: quoted for cron and its shell") {
  const std::string lines = install::cron_lines(plan_of(UnitScope::system));
  CHECK(text::contains(lines,
                       "17 * * * * cd '/srv/my repo 5\\%' && '/opt/100\\% sure/$HOME/kairon' backup prod --quiet\n"));
  CHECK(text::lines(lines).size() == 3);
}
