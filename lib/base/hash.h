#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct SHA256state_st;  // OpenSSL's SHA256_CTX

namespace kairon::hash {

/// FNV-1a, 64 bits: for keys of our own local caches, where nobody gains by a collision.
/// Never for anything that proves content.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t seed = 14695981039346656037ULL) {
  for (const char c : bytes) seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return seed;
}

/// 128 bits of a fast mixing hash as 32 hexadecimal digits: tells file contents apart for our own
/// caches. Not cryptographic.
[[nodiscard]] std::string content(std::string_view bytes);

/// SHA-256 as 64 lower-case hexadecimal digits (OpenSSL's libcrypto). Programs that do not call
/// it do not link libcrypto.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// SHA-256 of what comes in pieces, for files that do not fit into memory.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  /// 64 lower-case hexadecimal digits; nothing may be added afterwards.
  [[nodiscard]] std::string finish();

 private:
  std::unique_ptr<SHA256state_st> context_;
};

/// SHA-256 of a regular file, read in pieces. Throws Error(interrupted) on a signal.
[[nodiscard]] Result<std::string> sha256_of_file(const std::string& path);

/// SHA-1 as 40 lower-case hexadecimal digits: for checksums that git wrote, never for trust.
[[nodiscard]] std::string sha1(std::string_view bytes);

/// SHA-512 as standard base64, the form of npm's `integrity` field.
[[nodiscard]] std::string sha512_base64(std::string_view bytes);

/// 16 lower-case hexadecimal digits.
[[nodiscard]] std::string hex(std::uint64_t value);

}  // namespace kairon::hash
