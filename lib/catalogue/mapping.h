#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/catalogue.h"

namespace kairon::catalogue {

/// A file mapped for reading; unmapped at the end of its life.
struct Catalogue::Mapping {
 public:
  /// Fails with the system's reason.
  [[nodiscard]] static Result<std::unique_ptr<const Mapping>> map(const std::string& path);
  Mapping(void* address, std::size_t length) : address_(address), length_(length) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();
  [[nodiscard]] std::string_view bytes() const noexcept { return {static_cast<const char*>(address_), length_}; }

 private:
  void* address_;
  std::size_t length_;
};

/// What is wrong with an index file's bytes, "" when it may be used.
[[nodiscard]] std::string check_index(std::string_view bytes);

}  // namespace kairon::catalogue
