#include "postgres/packed.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/temp.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

namespace fs = std::filesystem;

void write(const std::string& path, std::string_view content) { REQUIRE(file::write_atomic(path, content).ok()); }

}  // namespace

TEST_CASE("a packed folder comes back as it was") {
  const TempFolder temp("packed");
  const std::string from = temp.path() + "/from";
  fs::create_directories(from + "/base/1");
  fs::create_directories(from + "/empty");
  write(from + "/PG_VERSION", "15\n");
  write(from + "/base/1/nothing", "");
  const std::string big(3 << 20, '\x7f');
  write(from + "/base/1/big", big);
  pack(from, temp.path() + "/packed");
  CHECK(packed_size(temp.path() + "/packed") > big.size());

  const std::string to = temp.path() + "/to";
  fs::create_directories(to);
  unpack(temp.path() + "/packed", to, {});
  CHECK(*file::read(to + "/PG_VERSION") == "15\n");
  CHECK(file::read(to + "/base/1/nothing")->empty());
  CHECK(*file::read(to + "/base/1/big") == big);
  CHECK(fs::is_directory(to + "/empty"));
  struct stat info {};
  REQUIRE(::stat((to + "/base").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
}

TEST_CASE("a packed file that is not whole is no data folder") {
  const TempFolder temp("packed");
  fs::create_directories(temp.path() + "/from");
  write(temp.path() + "/from/a", "some content");
  pack(temp.path() + "/from", temp.path() + "/packed");
  const std::string whole = *file::read(temp.path() + "/packed");
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, whole.size() / 2, whole.size() - 1}) {
    CAPTURE(size);
    write(temp.path() + "/cut", std::string_view(whole).substr(0, size));
    const std::string to = temp.path() + "/to" + std::to_string(size);
    fs::create_directories(to);
    CHECK_THROWS_AS(unpack(temp.path() + "/cut", to, {}), Error);
  }
  CHECK_THROWS_AS(pack(temp.path() + "/nowhere", temp.path() + "/other"), Error);
  CHECK(packed_size(temp.path() + "/none") == 0);
}
