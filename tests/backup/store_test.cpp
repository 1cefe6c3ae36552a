#include "backup/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "backup/backup.h"
#include "backup/ready_dump.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/temp.h"

using namespace kairon;
using namespace kairon::backup;

namespace {

Manifest sample(const std::string& content) {
  DatabaseRecord record;
  record.file = {"database.dump", static_cast<long long>(content.size()), hash::sha256(content), hash::sha256(content)};
  record.shape.name = "shop";
  record.shape.owner = "o\"dd";
  record.shape.settings = {{"", "search_path=a, \"B c\""}, {"app", "work_mem=7MB"}};
  record.shape.grants = {"GRANT CONNECT ON DATABASE %DB% TO app"};
  record.shape.roles = {"app"};
  record.shape.tablespace = "fast";
  record.shape.tablespaces = {"cold", "odd \"one"};
  record.shape.connection_limit = 17;
  record.shape.is_template = true;
  record.shape.bytes = 123456789012;
  record.server_version = "15.20";
  record.major = 15;
  record.tables = {{"public.\"t \xc3\xa4\"", 7}, {"public.u", 0}};
  record.schema = {{"index", "public.i", "0011"}, {"table", "public.u", "aabb"}};
  record.schema_sum = sum_over(record.schema);
  Manifest manifest;
  manifest.environment = "prod";
  manifest.begun = 1764075600;
  manifest.ended = 1764075660;
  manifest.tool = "kairon";
  manifest.reason = "before migrations";
  manifest.database = record;
  manifest.workflows = {{"n8n.json", 3, "x", "y"}, "https://n8n.example.org", 22, 4};
  return manifest;
}

/// A backup of `taken` with a dump of `content`.
std::string add(BackupStore& store, std::time_t taken, const std::string& content) {
  store.prepare();
  const std::string folder = store.begin(taken);
  Manifest manifest = sample(content);
  manifest.workflows.reset();
  const std::string text = to_json(manifest);
  REQUIRE(file::write_atomic(folder + "/database.dump", content).ok());
  REQUIRE(file::write_atomic(folder + "/manifest.json", text).ok());
  REQUIRE(file::write_atomic(folder + "/SHA256SUMS",
                             hash::sha256(content) + "  database.dump\n" + hash::sha256(text) + "  manifest.json\n")
              .ok());
  return store.commit(folder, taken);
}

constexpr std::time_t kNow = 1764075600;

}  // namespace

TEST_CASE("a manifest survives being written and read") {
  const Manifest before = sample("dump");
  const std::string text = to_json(before);
  const Result<Manifest> after = parse_manifest(text);
  REQUIRE(after.ok());
  CHECK(to_json(*after) == text);
  CHECK(after->database->tables == before.database->tables);
  CHECK(after->database->shape.bytes == 123456789012);
  CHECK(after->database->shape.settings == before.database->shape.settings);
  CHECK(after->database->shape.tablespace == "fast");
  CHECK(after->database->shape.tablespaces == before.database->shape.tablespaces);
  CHECK(after->database->shape.connection_limit == 17);
  CHECK(after->database->shape.is_template);
  CHECK(after->workflows->workflows == 22);
}

TEST_CASE("a manifest cannot name a file outside its folder") {
  for (const char* name : {"../../etc/passwd", "/etc/passwd", "", ".hidden", "a/b"}) {
    Manifest manifest = sample("dump");
    manifest.database->file.name = name;
    CAPTURE(name);
    CHECK_FALSE(parse_manifest(to_json(manifest)).ok());
  }
  CHECK_FALSE(parse_manifest("{}").ok());
  CHECK_FALSE(parse_manifest("").ok());
  CHECK_FALSE(parse_manifest(R"({"version":2})").ok());
}

TEST_CASE("stamps are UTC, and only stamps are stamps") {
  CHECK(stamp_of(1764075600) == "20251125T130000Z");
  CHECK(parse_stamp("20251125T130000Z") == 1764075600);
  for (const char* text : {"20251125T130000", "20251125 130000Z", "20251325T130000Z", "20250230T000000Z", "",
                           "2025112xT130000Z", ".part-20251125T130000Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_stamp(text).has_value());
  }
}

TEST_CASE("differences are named; an extension of another version is none") {
  const DatabaseRecord recorded = *sample("").database;
  CHECK(differences(recorded, recorded.tables, recorded.schema).empty());
  std::vector<ObjectSum> schema = {{"extension", "x", "2"}, {"table", "public.u", "other"}, {"table", "public.v", "1"}};
  DatabaseRecord with_extension = recorded;
  with_extension.schema.insert(with_extension.schema.begin(), {"extension", "x", "1"});
  const std::vector<std::string> lines = differences(with_extension, {{"public.u", 1}}, schema);
  CHECK(lines == std::vector<std::string>{"- index public.i", "~ table public.u", "+ table public.v",
                                          "rows of public.\"t \xc3\xa4\": 7 were recorded, the table is not there",
                                          "rows of public.u: 0 were recorded, 1 are there"});
}

TEST_CASE("what was not finished, is damaged or from the future is not the newest good one") {
  const TempFolder folder("test");
  BackupStore store(folder.path() + "/backups", "prod");
  add(store, kNow - 7200, "oldest");
  add(store, kNow - 3600, "older");
  CHECK(store.newest_good(kNow)->taken == kNow - 3600);
  add(store, kNow + 7200, "future");
  static_cast<void>(store.begin(kNow));
  CHECK(store.newest_good(kNow)->taken == kNow - 3600);
  CHECK(store.list().size() == 3);
  const std::string dump = store.newest_good(kNow)->dump();
  std::filesystem::resize_file(dump, 3);
  CHECK(store.newest_good(kNow)->taken == kNow - 7200);
  store.reap();
  CHECK_FALSE(file::exists(store.folder() + "/.part-" + stamp_of(kNow)));
  CHECK(store.list().size() == 3);
}

TEST_CASE("a backup of the workflows alone does not stand in for the database's") {
  const TempFolder folder("test");
  BackupStore store(folder.path() + "/backups", "prod");
  add(store, kNow - 7200, "dump");
  const std::string path = add(store, kNow - 3600, "not asked for");
  Manifest manifest = sample("");
  manifest.database.reset();
  manifest.workflows->file.bytes = 2;
  REQUIRE(file::write_atomic(path + "/n8n.json", "{}").ok());
  REQUIRE(file::write_atomic(path + "/manifest.json", to_json(manifest)).ok());
  CHECK(store.newest_good(kNow)->taken == kNow - 3600);
  CHECK(store.newest_good(kNow, Holding::database)->taken == kNow - 7200);
  const auto dump = newest_dump(folder.path() + "/backups", "", kNow);
  REQUIRE(dump.ok());
  REQUIRE(dump->has_value());
  CHECK((*dump)->shown == "prod/" + stamp_of(kNow - 7200));
  // The rotation sees the same: nothing of the settings keeps the dump, and yet it stays.
  CHECK(doomed_backups(store, {0, 0, 0}, kNow + 86400).empty());
}

TEST_CASE("a flipped byte is seen by reading, marked, and remembered") {
  const TempFolder folder("test");
  BackupStore store(folder.path() + "/backups", "prod");
  const std::string path = add(store, kNow, "PGDMP content");
  CHECK(verify_sums(*store.newest_good(kNow), Part::database).ok());
  REQUIRE(file::write_atomic(path + "/database.dump", "PGDMP cOntent").ok());
  CHECK(store.newest_good(kNow).has_value());
  CHECK_THROWS_AS(static_cast<void>(ready_backup(store, *store.newest_good(kNow), "")), Error);
  CHECK_FALSE(store.newest_good(kNow).has_value());
  CHECK(store.list().front().damage == "database.dump is not what was written: its checksum differs");
}

TEST_CASE("damaged workflows do not keep a sound dump back; a damaged dump stays behind") {
  const TempFolder folder("test");
  BackupStore store(folder.path() + "/backups", "prod");
  add(store, kNow - 3600, "PGDMP older");
  const std::string path = add(store, kNow, "PGDMP content");
  Manifest manifest = sample("PGDMP content");
  manifest.workflows->file = {"n8n.json", 2, hash::sha256("{}"), hash::sha256("{}")};
  const std::string text = to_json(manifest);
  REQUIRE(file::write_atomic(path + "/manifest.json", text).ok());
  REQUIRE(file::write_atomic(path + "/SHA256SUMS", hash::sha256("PGDMP content") + "  database.dump\n" +
                                                       hash::sha256("{}") + "  n8n.json\n" + hash::sha256(text) +
                                                       "  manifest.json\n")
              .ok());
  const auto newest = [&] { return *store.newest_good(kNow, Holding::database); };
  SUBCASE("missing, which a look at the folder sees") {
    CHECK(newest().taken == kNow);
    CHECK(ready_backup(store, newest(), "").note == "n8n.json is missing");
    CHECK(store.newest_good(kNow)->taken == kNow - 3600);
  }
  SUBCASE("another content, which only reading sees") {
    REQUIRE(file::write_atomic(path + "/n8n.json", "[]").ok());
    CHECK(store.newest_good(kNow)->taken == kNow);
    const ReadyDump ready = ready_backup(store, newest(), "");
    CHECK(ready.path == path + "/database.dump");
    CHECK(ready.note == "n8n.json is not what was written: its checksum differs");
    CHECK(store.newest_good(kNow)->taken == kNow - 3600);
    CHECK(newest().taken == kNow);
    CHECK(newest().workflows_damage == ready.note);
    CHECK(doomed_backups(store, {0, 0, 0}, kNow + 86400).size() == 1);  // it counts as the newest good one
  }
  SUBCASE("and the dump as well") {
    REQUIRE(file::write_atomic(path + "/n8n.json", "[]").ok());
    CHECK_FALSE(ready_backup(store, newest(), "").note.empty());
    REQUIRE(file::write_atomic(path + "/database.dump", "PGDMP cOntent").ok());
    CHECK_THROWS_AS(static_cast<void>(ready_backup(store, newest(), "")), Error);
    CHECK(newest().taken == kNow - 3600);
    CHECK(store.list().front().damage == "database.dump is not what was written: its checksum differs");
    CHECK_FALSE(store.list().front().workflows_damage.empty());
  }
}

TEST_CASE("checksums have to cover the manifest and every file") {
  const TempFolder folder("test");
  BackupStore store(folder.path() + "/backups", "prod");
  const std::string path = add(store, kNow, "content");
  REQUIRE(file::write_atomic(path + "/SHA256SUMS", hash::sha256("content") + "  database.dump\n").ok());
  CHECK_FALSE(verify_sums(store.list().front(), Part::database).ok());
  CHECK_FALSE(verify_sums(store.list().front(), Part::workflows).ok());
}

TEST_CASE("a folder that cannot be synced is no failed backup; a file that is not there is") {
  CHECK_NOTHROW(make_durable("/proc"));  // a file system without fsync(2)
  CHECK_THROWS_AS(make_durable("/proc/nowhere"), Error);
}

TEST_CASE("the folder is private, and one that is not is refused") {
  const TempFolder folder("test");
  BackupStore store(folder.path() + "/backups", "prod");
  store.prepare();
  struct stat info {};
  REQUIRE(::stat(store.folder().c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0700);
  REQUIRE(::chmod(store.folder().c_str(), 0777) == 0);
  CHECK_THROWS_AS(store.prepare(), Error);
}

TEST_CASE("one writer at a time; readers keep the rotation away") {
  const TempFolder folder("test");
  BackupStore store(folder.path() + "/backups", "prod");
  store.prepare();
  file::Descriptor first = store.try_lock();
  CHECK(first);
  CHECK_FALSE(store.try_lock());
  first.reset();
  CHECK(store.try_lock());
  file::Descriptor rotation;
  {
    const file::Descriptor reading = store.hold();
    CHECK_FALSE(store.may_rotate(rotation));
  }
  CHECK(store.may_rotate(rotation));
}

TEST_CASE("the off-site command is words, not shell") {
  CHECK(split_command("rclone copy {path} remote:x") ==
        std::vector<std::string>{"rclone", "copy", "{path}", "remote:x"});
  CHECK(split_command("a 'b c' \"d 'e\"  f''g ''") == std::vector<std::string>{"a", "b c", "d 'e", "fg", ""});
  CHECK(split_command("a; $(b) | c") == std::vector<std::string>{"a;", "$(b)", "|", "c"});
  CHECK(split_command("  ").empty());
  CHECK_THROWS_AS(static_cast<void>(split_command("a 'b")), Error);
}

TEST_CASE("ages and sizes for people") {
  CHECK(shown_age(5) == "5 s");
  CHECK(shown_age(-5) == "in the future");
  CHECK(shown_age(7200) == "2 h");
  CHECK(shown_age(3 * 86400) == "3 days");
  CHECK(shown_bytes(999) == "999 B");
  CHECK(shown_bytes(1500) == "1.5 kB");
  CHECK(shown_bytes(2500000000) == "2.5 GB");
}

TEST_CASE("backups stamped in the future are named") {
  std::vector<StoredBackup> backups(2);
  backups[0].stamp = "20991231T000000Z";
  backups[0].taken = *parse_stamp(backups[0].stamp);
  backups[1].taken = 1000;
  CHECK(backups[0].is_future(1000));
  CHECK_FALSE(backups[1].is_future(1000));
  CHECK(future_note(backups, 1000).starts_with("20991231T000000Z is stamped in the future"));
  CHECK(future_note({}, 1000).empty());
}

TEST_CASE("a dump of no store is compared with the SHA256SUMS next to it") {
  const TempFolder folder("sums-test");
  const std::string dump = folder.path() + "/a.dump";
  REQUIRE(file::write_atomic(dump, "PGDMP altered").ok());
  CHECK(ready_file(dump, "").path == dump);
  REQUIRE(file::write_atomic(folder.path() + "/SHA256SUMS", std::string(64, 'a') + "  a.dump\n").ok());
  CHECK_THROWS_WITH_AS(static_cast<void>(ready_file(dump, "")), doctest::Contains("is not what SHA256SUMS says"),
                       Error);
}
