#pragma once
#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace kairon::process {

/// A child that answers requests on its standard streams one after the other, such as
/// `git cat-file --batch`. Its stderr is discarded. The destructor closes its stdin, which is the
/// sign to end, and after 2 s kills it.
class Dialogue {
 public:
  /// Starts argv[0] (looked up in PATH) in `folder` ("" = ours) with exactly `environment`.
  [[nodiscard]] static Result<Dialogue> start(const std::vector<std::string>& argv, const std::string& folder,
                                              const std::vector<std::string>& environment);
  Dialogue(Dialogue&& other) noexcept;
  Dialogue& operator=(Dialogue&&) = delete;
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;
  ~Dialogue();

  /// Sends a request. False when the child is gone.
  [[nodiscard]] bool send(std::string_view request);
  /// The next line without its "\n"; nothing when the child has ended. Throws Error(interrupted).
  [[nodiscard]] std::optional<std::string> read_line();
  /// Exactly `count` bytes; nothing when the child ended before. Throws Error(interrupted).
  [[nodiscard]] std::optional<std::string> read_exactly(std::size_t count);
  /// Ends the child at once, whatever it is writing.
  void abandon() noexcept;

 private:
  Dialogue(pid_t pid, file::Descriptor to, file::Descriptor from)
      : pid_(pid), to_(std::move(to)), from_(std::move(from)) {}
  bool fill();

  pid_t pid_ = -1;
  file::Descriptor to_;
  file::Descriptor from_;
  std::string buffer_;
};

}  // namespace kairon::process
