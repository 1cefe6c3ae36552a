#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/signals.h"

namespace kairon::hash {

namespace {

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), sum.data(), &length, kind, nullptr) != 1) {
    throw environment_error("OpenSSL cannot compute a digest");
  }
  return {sum.begin(), sum.begin() + length};
}

std::string hex_digits(std::string_view bytes) {
  std::string out;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
  return out;
}

}  // namespace

std::string sha256(std::string_view bytes) { return hex_digits(digest(EVP_sha256(), bytes)); }

namespace {

EVP_MD_CTX* context_of(void* pointer) { return static_cast<EVP_MD_CTX*>(pointer); }

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr || EVP_DigestInit_ex(context_of(context_), EVP_sha256(), nullptr) != 1)
    throw environment_error("OpenSSL cannot compute a digest");
}

Sha256::~Sha256() { EVP_MD_CTX_free(context_of(context_)); }

void Sha256::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_of(context_), bytes.data(), bytes.size()) != 1)
    throw environment_error("OpenSSL cannot compute a digest");
}

std::string Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context_of(context_), sum.data(), &length) != 1)
    throw environment_error("OpenSSL cannot compute a digest");
  return hex_digits(std::string(sum.begin(), sum.begin() + length));
}

Result<std::string> sha256_of_file(const std::string& path) {
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Failure{path + ": " + file::last_error()};
  Sha256 sum;
  std::string buffer(std::size_t{1} << 20U, '\0');
  for (;;) {
    signals::check();
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failure{path + ": " + file::last_error()};
    if (n == 0) return sum.finish();
    sum.add(std::string_view(buffer).substr(0, static_cast<std::size_t>(n)));
  }
}

std::string sha1(std::string_view bytes) { return hex_digits(digest(EVP_sha1(), bytes)); }

std::string sha512_base64(std::string_view bytes) {
  const std::string sum = digest(EVP_sha512(), bytes);
  std::string out(4 * ((sum.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),  // NOLINT: OpenSSL's byte type
                                     reinterpret_cast<const unsigned char*>(sum.data()), static_cast<int>(sum.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

}  // namespace kairon::hash
