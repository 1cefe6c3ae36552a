#include <openssl/evp.h>

#include <array>

#include "base/error.h"
#include "base/hash.h"

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
