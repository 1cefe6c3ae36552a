#include "check/verdict_cache.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "base/temp.h"

using namespace kairon;
using check::VerdictCache;

namespace {

lint::FileVerdict sample() {
  lint::FileVerdict verdict;
  verdict.facts.valid = true;
  verdict.facts.name = "W";
  lint::Finding finding;
  finding.rule = "node/unreachable";
  finding.severity = lint::Severity::warning;
  finding.path = "w/W.json";
  finding.line = 12;
  finding.column = 3;
  finding.workflow = "W";
  finding.node = "A \"quoted\"";
  finding.message.text = "m\nn";
  finding.message.remedy = "h";
  verdict.findings.push_back(finding);
  return verdict;
}

}  // namespace

TEST_CASE("a verdict comes back as it was kept") {
  const TempFolder folder("test");
  const std::string path = folder.path() + "/deep/verdicts";
  VerdictCache writer(path, "f");
  CHECK_FALSE(writer.find("id", "w/W.json"));
  writer.remember("id", "w/W.json", sample());
  writer.save();

  VerdictCache reader(path, "f");
  const auto verdict = reader.find("id", "w/W.json");
  REQUIRE(verdict);
  REQUIRE(verdict->findings.size() == 1);
  const lint::Finding& finding = verdict->findings[0];
  CHECK(finding.rule == "node/unreachable");
  CHECK(finding.severity == lint::Severity::warning);
  CHECK(finding.path == "w/W.json");
  CHECK(finding.line == 12);
  CHECK(finding.column == 3);
  CHECK(finding.workflow == "W");
  CHECK(finding.node == "A \"quoted\"");
  CHECK(finding.message.text == "m\nn");
  CHECK(verdict->facts.name == "W");

  SUBCASE("not for another path, content or fingerprint") {
    CHECK_FALSE(reader.find("id", "w/V.json"));
    CHECK_FALSE(reader.find("other", "w/W.json"));
    VerdictCache stranger(path, "g");
    CHECK_FALSE(stranger.find("id", "w/W.json"));
  }
  SUBCASE("a damaged byte costs the verdict, nothing else") {
    std::string content = *file::read(path);
    char& byte = content[content.find("node/unreachable")];
    byte = static_cast<char>(byte ^ 1);
    REQUIRE(file::write_atomic(path, content).ok());
    VerdictCache damaged(path, "f");
    CHECK_FALSE(damaged.find("id", "w/W.json"));
  }
  SUBCASE("cut anywhere, it is an empty cache") {
    const std::string content = *file::read(path);
    for (std::size_t size = 0; size < content.size(); ++size) {
      REQUIRE(file::write_atomic(path, content.substr(0, size)).ok());
      VerdictCache cut(path, "f");
      CHECK_FALSE(cut.find("id", "w/W.json"));
    }
  }
}

TEST_CASE("what cannot be written does no harm") {
  VerdictCache cache("/proc/no/such/place", "f");
  cache.remember("id", "p", sample());
  cache.save();
  CHECK_FALSE(VerdictCache("/proc/no/such/place", "f").find("id", "p"));
}

TEST_CASE("verdicts of former contents do not pile up") {
  const TempFolder folder("cache");
  const std::string path = folder.path() + "/verdicts";
  const std::string text(VerdictCache::kMinBytes / 64, 'x');
  for (int commit = 0; commit < 200; ++commit) {
    VerdictCache cache(path, "f");
    CHECK(cache.find_text("kept").has_value() == (commit > 0));
    cache.remember_text("kept", text);
    cache.remember_text("of commit " + std::to_string(commit), text);
    cache.save();
  }
  CHECK(file::read(path)->size() < VerdictCache::kMinBytes + 2 * text.size());
  CHECK(file::read(path)->size() > VerdictCache::kMinBytes / 2);
}

TEST_CASE("a record with a good checksum is still only believed when it makes sense") {
  const TempFolder folder("test");
  const std::string path = folder.path() + "/verdicts";
  VerdictCache cache(path, "f");
  cache.remember("oid", "w/W.json", sample());
  cache.save();
  const auto believed = [&](const std::string& record) {
    VerdictCache again(path, "f");
    again.remember_text("oid:w/W.json", record);
    again.save();
    return VerdictCache(path, "f").find("oid", "w/W.json").has_value();
  };
  const std::string record = VerdictCache(path, "f").find_text("oid:w/W.json").value();
  CHECK(believed(record));
  for (std::size_t size = 0; size < record.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(believed(record.substr(0, size)));
  }
  CHECK_FALSE(believed(record + "x"));
  // The byte of the severity comes before the length of the rule's id.
  const std::size_t rule = record.find("node/unreachable");
  REQUIRE(rule != std::string::npos);
  std::string damaged = record;
  damaged[rule - 2] = 9;
  CHECK_FALSE(believed(damaged));
}
