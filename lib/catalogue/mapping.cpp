#include "catalogue/mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/file.h"
#include "base/format.h"

namespace kairon::catalogue {

namespace layout {

std::uint64_t checksum(std::string_view bytes) {
  constexpr std::uint64_t kPrime = 0x9E3779B97F4A7C15ULL;
  std::array<std::uint64_t, 4> lanes = {1, 2, 3, 4};
  std::array<std::uint64_t, 4> block{};
  for (std::size_t at = 0; at < bytes.size(); at += sizeof block) {
    const std::size_t count = std::min(sizeof block, bytes.size() - at);
    if (count < sizeof block) block.fill(0);
    std::memcpy(block.data(), bytes.data() + at, count);
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      lanes[i] = (lanes[i] ^ block[i]) * kPrime;
      lanes[i] ^= lanes[i] >> 29U;
    }
  }
  std::uint64_t sum = bytes.size();
  for (const std::uint64_t lane : lanes) sum = ((sum ^ lane) * kPrime) ^ (lane >> 32U);
  return sum;
}

}  // namespace layout

Result<std::unique_ptr<const Catalogue::Mapping>> Catalogue::Mapping::map(const std::string& path) {
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Failure{format("cannot open {}: {}", path, file::last_error())};
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return Failure{format("cannot read {}: {}", path, file::last_error())};
  if (!S_ISREG(status.st_mode) || status.st_size == 0)
    return Failure{format("{} is not a node catalogue: it is empty or not a regular file", path),
                   "run `kairon catalogue update` to make it anew"};
  const auto length = static_cast<std::size_t>(status.st_size);
  void* address = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd.get(), 0);
  if (address == MAP_FAILED) return Failure{format("cannot map {}: {}", path, file::last_error())};
  return std::make_unique<const Mapping>(address, length);
}

Catalogue::Mapping::~Mapping() { ::munmap(address_, length_); }

namespace {

constexpr std::array<std::size_t, layout::kSections> kRecordSizes = {1,
                                                                     sizeof(layout::Type),
                                                                     sizeof(layout::Entry),
                                                                     sizeof(layout::Property),
                                                                     sizeof(layout::Value),
                                                                     sizeof(std::uint32_t)};

bool sections_fit(const layout::Header& header) {
  for (std::size_t i = 0; i < layout::kSections; ++i) {
    const layout::Section& section = header.sections[i];
    const std::uint64_t end = std::uint64_t{section.offset} + std::uint64_t{section.count} * kRecordSizes[i];
    if (section.offset < sizeof header || section.offset % 8 != 0 || end > header.length) return false;
  }
  return true;
}

}  // namespace

std::string check_index(std::string_view bytes) {
  layout::Header header{};
  if (bytes.size() < sizeof header) return "no node catalogue: too short";
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, layout::kMagic, sizeof header.magic) != 0) return "no node catalogue";
  if (header.byte_order != layout::kByteOrder) return "node catalogue of a machine with another byte order";
  if (header.format != layout::kFormat)
    return format("node catalogue of format {}, this program reads {}", header.format, layout::kFormat);
  if (header.length != bytes.size())
    return format("damaged node catalogue: {} bytes where {} were written", bytes.size(), header.length);
  if (!sections_fit(header)) return "damaged node catalogue: a section lies outside the file";
  if (layout::checksum(bytes.substr(layout::kSummedFrom)) != header.checksum)
    return "damaged node catalogue: the checksum does not match";
  return {};
}

}  // namespace kairon::catalogue
