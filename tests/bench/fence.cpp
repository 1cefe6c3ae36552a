// What the fence costs: the start of a server, a load of rows and the stop, with and without it, in turns. Prints
// medians and ratios; nothing is asserted by wall clock. KAIRON_FULL=1 takes more rounds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <vector>

#include "base/environment.h"
#include "base/error.h"
#include "postgres/connection.h"
#include "postgres/embedded.h"
#include "postgres/fence_check.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

struct Times {
  std::vector<double> start;
  std::vector<double> load;
  std::vector<double> stop;
};

void measure(FenceMode mode, Times& times) {
  EmbeddedOptions options;
  options.fence = mode;
  auto begun = Clock::now();
  std::optional<EmbeddedServer> server(EmbeddedServer::start(options));
  times.start.push_back(milliseconds_since(begun));
  begun = Clock::now();
  {
    Connection db = Connection::require({.conninfo = server->conninfo()});
    db.must("CREATE TABLE t AS SELECT g AS id, md5(g::text) AS body FROM generate_series(1, 50000) g");
    db.must("CREATE INDEX t_body ON t (body); SELECT body FROM t ORDER BY body DESC LIMIT 10");
    for (int i = 1; i <= 100; ++i) db.must("UPDATE t SET body = 'x' WHERE body < '0001'");
  }
  times.load.push_back(milliseconds_since(begun));
  begun = Clock::now();
  server.reset();
  times.stop.push_back(milliseconds_since(begun));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print(const char* what, const std::vector<double>& fenced, const std::vector<double>& open) {
  std::printf("%-12s fenced %8.1f ms  open %8.1f ms  ratio %.2f\n", what, median(fenced), median(open),
              median(fenced) / median(open));
}

}  // namespace

int main() {
  if (find_binaries().empty()) {
    std::puts("skipped: no PostgreSQL server is installed");
    return 77;
  }
  try {
    const int rounds = environment::flag("KAIRON_FULL") ? 15 : 3;
    const auto begun = Clock::now();
    if (const std::string why = broken_fence(); !why.empty()) {
      std::printf("skipped: the fence does not hold here: %s\n", why.c_str());
      return 77;
    }
    std::printf("self-test    %8.1f ms, once per process\n", milliseconds_since(begun));
    Times fenced;
    Times open;
    Times warm;
    measure(FenceMode::on, warm);  // makes the template
    for (int i = 0; i < rounds; ++i) {
      measure(FenceMode::on, fenced);
      measure(FenceMode::off, open);
    }
    print("start", fenced.start, open.start);
    print("load", fenced.load, open.load);
    print("stop", fenced.stop, open.stop);
    return 0;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.message().text.c_str());
    return static_cast<int>(error.code());
  }
}
