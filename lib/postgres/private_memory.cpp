#include "postgres/private_memory.h"

#include <sys/prctl.h>

#include <mutex>

namespace kairon::postgres {

namespace {

std::mutex g_private_mutex;
int g_private_count = 0;
bool g_was_dumpable = false;

}  // namespace

PrivateMemory::PrivateMemory() {
  const std::scoped_lock lock(g_private_mutex);
  if (g_private_count++ == 0) g_was_dumpable = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

PrivateMemory::~PrivateMemory() {
  const std::scoped_lock lock(g_private_mutex);
  if (--g_private_count == 0 && g_was_dumpable) ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

}  // namespace kairon::postgres
