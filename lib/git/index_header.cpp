#include "git/index_header.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "base/file.h"

namespace kairon::git {

std::optional<unsigned> index_entry_count(const std::string& path) {
  const file::Descriptor index(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<unsigned char, 12> header{};
  if (!index || ::read(index.get(), header.data(), header.size()) != static_cast<ssize_t>(header.size())) {
    return std::nullopt;
  }
  if (header[0] != 'D' || header[1] != 'I' || header[2] != 'R' || header[3] != 'C') return std::nullopt;
  unsigned count = 0;
  for (std::size_t i = 8; i < header.size(); ++i) count = count << 8U | header[i];
  return count;
}

}  // namespace kairon::git
