#include "config/settings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "config/keys.h"

using namespace kairon;
using config::Settings;

namespace {

Settings with_file(std::string_view content) {
  Settings::Layers layers;
  layers.repository_file = content;
  return Settings::merge(layers);
}

}  // namespace

TEST_CASE("a repository of Kairon's shape needs no file") {
  const Settings settings = Settings::merge({});
  CHECK(settings.is_workflow_path("n8n-workflows/A.json"));
  CHECK_FALSE(settings.is_workflow_path("n8n-workflows/tests/A.json"));
  CHECK_FALSE(settings.is_workflow_path("n8n-workflows/sub/A.json"));
  CHECK(settings.is_migration_path("db/migrations/001.sql"));
  CHECK_FALSE(settings.is_migration_path("db/migrations/archive/001.sql"));
  CHECK(settings.kairon_ruleset());
  CHECK_FALSE(settings.target("prod").configured());
}

TEST_CASE("the committed file chooses files and rules") {
  const Settings settings = with_file(
      "[kairon]\n workflows = flows/**/*.json\n workflows = more/*.json\n ruleset = n8n\n[lint \"node/unreachable\"]\n "
      "severity = off\n");
  CHECK(settings.is_workflow_path("flows/a/b.json"));
  CHECK(settings.is_workflow_path("more/b.json"));
  CHECK_FALSE(settings.is_workflow_path("more/.kairon-baseline.json"));
  CHECK_FALSE(settings.is_workflow_path("n8n-workflows/A.json"));
  CHECK_FALSE(settings.kairon_ruleset());
  CHECK(settings.value(config::kLintSeverity, "node/unreachable") == "off");
  CHECK(settings.notices().empty());
}

TEST_CASE("the committed file never says where secrets go or what is executed") {
  for (const config::KeyRow* row : config::known_keys()) {
    const config::KeyRow& key = *row;
    if (key.trust != config::Trust::user_only) continue;
    const std::string section =
        key.subsection.empty() ? std::string(key.section) : std::string(key.section) + " \"prod\"";
    const Settings settings = with_file("[" + section + "]\n " + std::string(key.name) + " = http://evil\n");
    const std::string subsection = key.subsection.empty() ? "" : "prod";
    CAPTURE(key.name);
    const auto setting = settings.find(key, subsection);
    CHECK((setting ? setting->value : "") == key.fallback);
    REQUIRE(settings.notices().size() == 1);
    CHECK(settings.notices()[0].is_error);
  }
}

TEST_CASE("unknown keys get a suggestion") {
  const Settings settings = with_file("[kairon]\n worflows = x\n");
  REQUIRE(settings.notices().size() == 1);
  CHECK(settings.notices()[0].message.remedy == "did you mean workflows?");
}

TEST_CASE("a file that does not parse is a usage error") {
  try {
    static_cast<void>(with_file("[kairon\n"));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::usage);
  }
}

TEST_CASE("strongest layer first") {
  Settings::Layers layers;
  layers.repository_file = "[kairon]\n ruleset = n8n\n";
  const auto value = [&layers] { return Settings::merge(layers).value(config::kRuleset); };
  CHECK(value() == "n8n");
  layers.dot_env = "KAIRON_RULESET=dotenv\n";
  CHECK(value() == "dotenv");
  layers.git_config.push_back({"kairon", "", "ruleset", "gitconfig", 0, "x"});
  CHECK(value() == "gitconfig");
  ::setenv("KAIRON_RULESET", "environment", 1);
  CHECK(value() == "environment");
  layers.command_line["kairon.ruleset"] = "line";
  CHECK(value() == "line");
  ::unsetenv("KAIRON_RULESET");
}

TEST_CASE("git config names: kairon.env-prod.n8nUrl, kairon.lint-node/unreachable.severity") {
  Settings::Layers layers;
  layers.git_config = {{"kairon", "env-prod", "n8nurl", "https://n8n.example/", 0, "x"},
                       {"kairon", "lint-node/unreachable", "severity", "info", 0, "x"}};
  const Settings settings = Settings::merge(layers);
  CHECK(settings.target("prod").n8n_url == "https://n8n.example");
  CHECK(settings.value(config::kLintSeverity, "node/unreachable") == "info");
  CHECK(settings.notices().empty());
}

TEST_CASE("Kairon's own variables in .env") {
  Settings::Layers layers;
  layers.dot_env =
      "N8N_API_URL=https://a\nexport N8N_DEV_API_URL='https://b' # x\nDB_NAME=ka\nDB_HOST=\"h o\"\nDB_USER=u\n"
      "NTFY_URL=https://ntfy.example/\nNTFY_TOPIC=t\nBACKUP_KEEP_DAILY=3\n#C=1\nbroken\n";
  const Settings settings = Settings::merge(layers);
  CHECK(settings.target("prod").n8n_url == "https://a");
  CHECK(settings.target("dev").n8n_url == "https://b");
  CHECK(settings.target("prod").database == "dbname='ka' host='h o' user='u'");
  CHECK(settings.value(config::kNotifyUrl) == "https://ntfy.example/t");
  CHECK(settings.value(config::kNotifyKind) == "ntfy");
  CHECK(settings.value(config::kBackupKeepDaily) == 3);
}

TEST_CASE("typed values") {
  const Settings settings =
      with_file("[gate]\n trial = off\n deploy = maybe\n[smoke]\n timeout = 5m\n[backup]\n keepDaily = many\n");
  CHECK_FALSE(settings.value(config::kGateTrial));
  CHECK(settings.value(config::kSmokeTimeout) == std::chrono::minutes(5));
  CHECK_THROWS_AS(static_cast<void>(settings.value(config::kGateDeploy)), Error);
  CHECK_THROWS_AS(static_cast<void>(settings.value(config::kBackupKeepDaily)), Error);
  std::string why;
  CHECK_FALSE(settings.stage_enabled(config::kGateTrial, &why));
  CHECK(why.find("off") != std::string::npos);
}

TEST_CASE("secrets are masked in rows") {
  Settings::Layers layers;
  layers.git_config = {{"kairon", "env-prod", "n8nurl", "https://a", 0, "x"},
                       {"kairon", "env-prod", "n8napikey", "topsecret", 0, "x"}};
  for (const auto& row : Settings::merge(layers).rows()) CHECK(row.shown.find("topsecret") == std::string::npos);
}

TEST_CASE("variable names") {
  CHECK(config::variable_name("env", "prod", "n8nUrl") == "KAIRON_ENV_PROD_N8NURL");
  CHECK(config::variable_name("lint", "node/unreachable", "severity") == "KAIRON_LINT_NODE_UNREACHABLE");
  CHECK(config::variable_name("kairon", "", "ruleset") == "KAIRON_RULESET");
}

TEST_CASE("the names of a section's subsections come from every layer but the committed file's refused keys") {
  Settings::Layers layers;
  layers.dot_env = "KAIRON_HEALTH_QUEUE_QUERY=select 1\nKAIRON_HEALTH_WINDOW=2h\n";
  layers.git_config = {{"kairon", "health-Stuck", "query", "select 2", 0, "global"}};
  layers.repository_file = "[health \"evil\"]\n query = select 3\n";
  ::setenv("KAIRON_HEALTH_LATE_QUERY", "select 4", 1);
  ::setenv("KAIRON_HEALTH_STUCK_QUERY", "select 5", 1);
  const Settings settings = Settings::merge(layers);
  CHECK(settings.subsections(config::kHealthQuery) == std::vector<std::string>{"Stuck", "late", "queue"});
  CHECK(settings.value(config::kHealthQuery, "late") == "select 4");
  CHECK(settings.value(config::kHealthQuery, "Stuck") == "select 5");
  CHECK(settings.value(config::kHealthQuery, "queue") == "select 1");
  ::unsetenv("KAIRON_HEALTH_LATE_QUERY");
  ::unsetenv("KAIRON_HEALTH_STUCK_QUERY");
}

TEST_CASE("histories() gives the settings as they are for each section") {
  Settings::Layers layers;
  layers.repository_file =
      "[kairon]\n layout = dbmate\n schema = db/schema.sql\n[migrations \"b\"]\n folder = b/m/\n layout = diesel\n"
      " schema = b/schema.sql\n versionTable = v\n[migrations \"a\"]\n folder = a\n[migrations \"c\"]\n layout = "
      "goose\n"
      "[migrations \"out\"]\n folder = ../x\n";
  const Settings settings = Settings::merge(layers);
  const std::vector<Settings> all = settings.histories();
  REQUIRE(all.size() == 2);
  CHECK(all[0].history() == "a");
  CHECK(all[0].migrations_folder() == "a");
  CHECK(all[0].value(config::kLayout) == "dbmate");
  CHECK(all[0].schema_file().empty());
  CHECK(all[1].history_lead() == "history b: ");
  CHECK(all[1].migrations_folder() == "b/m");
  CHECK(all[1].value(config::kLayout) == "diesel");
  CHECK(all[1].value(config::kVersionTable) == "v");
  CHECK(all[1].schema_file() == "b/schema.sql");
  CHECK(all[1].histories().size() == 1);
  CHECK(settings.is_migration_path("a/1.sql"));
  CHECK_FALSE(settings.is_migration_path("a/below/1.sql"));
  CHECK(settings.is_migration_path("b/m/1/up.sql"));
  CHECK_FALSE(settings.is_migration_path("db/migrations/1.sql"));
  CHECK_FALSE(all[0].is_migration_path("b/m/1/up.sql"));
  CHECK(all[1].is_migration_path("b/m/1/up.sql"));
  CHECK(settings.is_schema_path("b/schema.sql"));
  CHECK_FALSE(settings.is_schema_path("db/schema.sql"));
  CHECK(settings.is_below_migrations("a/below/1.sql"));
  CHECK(settings.sql_places() == std::vector<std::string>{"a", "b/m", "b/schema.sql"});
  CHECK(std::count_if(settings.notices().begin(), settings.notices().end(), [](const config::Notice& notice) {
          return notice.message.text == "[migrations \"c\"] has no folder: it is left out";
        }) == 1);
}

TEST_CASE("without sections there is one history, and the short form does not count next to them") {
  Settings::Layers layers;
  layers.repository_file = "[kairon]\n migrations = m\n";
  const Settings single = Settings::merge(layers);
  REQUIRE(single.histories().size() == 1);
  CHECK(single.histories().front().migrations_folder() == "m");
  CHECK(single.histories().front().history_lead().empty());
  CHECK(single.notices().empty());
  ::setenv("KAIRON_MIGRATIONS_SHOP_FOLDER", "shop", 1);
  const Settings named = Settings::merge(layers);
  CHECK(named.migration_folders() == std::vector<std::string>{"shop"});
  REQUIRE(named.notices().size() == 1);
  CHECK(named.notices().front().is_error);
  ::unsetenv("KAIRON_MIGRATIONS_SHOP_FOLDER");
}
