#include <fcntl.h>
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/signals.h"

namespace kairon::hash {

namespace {

// The functions of each algorithm, which OpenSSL 3 calls deprecated, link 70 KB into a static program;
// EVP_Digest brings every cipher and provider, 3.4 MB. Both run the same assembly.
template <std::size_t kSize>
using Sum = std::array<unsigned char, kSize>;

template <std::size_t kSize>
std::string hex_digits(const Sum<kSize>& bytes) {
  std::string out;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const unsigned char byte : bytes) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
  return out;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.finish();
}

Sha256::Sha256() : context_(std::make_unique<SHA256_CTX>()) { SHA256_Init(context_.get()); }

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) { SHA256_Update(context_.get(), bytes.data(), bytes.size()); }

std::string Sha256::finish() {
  Sum<SHA256_DIGEST_LENGTH> sum{};
  SHA256_Final(sum.data(), context_.get());
  return hex_digits(sum);
}

Result<std::string> sha256_of_file(const std::string& path) {
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Failure{path + ": " + file::last_error()};
  Sha256 sum;
  // Kept, because a fresh one costs more than a small file.
  static thread_local std::array<char, std::size_t{1} << 16U> buffer;
  for (;;) {
    signals::check();
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failure{path + ": " + file::last_error()};
    if (n == 0) return sum.finish();
    sum.add({buffer.data(), static_cast<std::size_t>(n)});
  }
}

std::string sha1(std::string_view bytes) {
  Sum<SHA_DIGEST_LENGTH> sum{};
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, bytes.data(), bytes.size());
  SHA1_Final(sum.data(), &context);
  return hex_digits(sum);
}

std::string sha512_base64(std::string_view bytes) {
  Sum<SHA512_DIGEST_LENGTH> sum{};
  SHA512_CTX context;
  SHA512_Init(&context);
  SHA512_Update(&context, bytes.data(), bytes.size());
  SHA512_Final(sum.data(), &context);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < sum.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8U | (i + k < sum.size() ? sum.at(i + k) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > sum.size() ? '=' : kAlphabet[group >> (18 - 6 * static_cast<unsigned>(k)) & 63U];
  }
  return out;
}

}  // namespace kairon::hash
