#pragma once
#include <linux/filter.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "postgres/account.h"
#include "postgres/landlock.h"
#include "postgres/syscall_filter.h"

namespace kairon::postgres {

/// Whether servers run inside the fence; `off` only by the user's own, uncommitted `[gate] fence = off`.
enum class FenceMode { on, off };

/// One of the walls around a server. Each is needed: what a wall does not hold, no other one does.
enum class Layer : int {
  none,         ///< all are up
  descriptors,  ///< our open files are closed
  limits,       ///< core dumps, size of a file, address space
  account,      ///< as root: a user that runs nothing else
  lifetime,     ///< the server ends with us
  privileges,   ///< no program gives privileges back
  files,        ///< Landlock
  calls,        ///< seccomp
  program       ///< the server's own program starts
};

/// "files (Landlock)": a layer in messages.
[[nodiscard]] const char* layer_name(Layer layer) noexcept;

/// For tests alone: leaves a layer out of every fence that is prepared during its lifetime.
class WithoutLayer {
 public:
  explicit WithoutLayer(Layer layer) noexcept;
  ~WithoutLayer();
  WithoutLayer(const WithoutLayer&) = delete;
  WithoutLayer& operator=(const WithoutLayer&) = delete;

 private:
  Layer before_;
};

struct FenceRequest {
  std::vector<std::string> argv;         ///< argv[0] is the program's path
  std::vector<std::string> environment;  ///< all of it
  std::vector<PathRule> paths;           ///< what the program may reach
  Account account = {};
  Peers peers = Peers::none;
};

/// A fence that is ready to be closed around a child. Everything that allocates happens in the constructor; the
/// child only makes system calls.
class Fence {
 public:
  /// Throws Error(environment) where the kernel lacks a layer.
  explicit Fence(const FenceRequest& request);
  ~Fence();
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;

  /// In the child: closes all layers around this process; the one that failed, with errno. Async-signal-safe.
  [[nodiscard]] Layer close_around() const noexcept;
  /// In the child: closes all layers and becomes the program. A failure goes to the parent.
  [[noreturn]] void enter() const noexcept;
  /// In the parent, after the child has started: the layer that could not be closed, as a sentence.
  [[nodiscard]] std::optional<std::string> failure();

 private:
  [[nodiscard]] bool close_layer(Layer layer) const noexcept;
  void place_program(const std::string& path);

  FenceRequest request_;
  std::vector<char*> argv_;
  std::vector<char*> environment_;
  std::vector<sock_filter> filter_;
  file::Descriptor rules_;
  file::Descriptor report_;
  file::Descriptor heard_;
  char* program_ = nullptr;  ///< on a page of its own, whose address nobody can guess
  std::size_t page_ = 0;
  pid_t owner_;
  Layer left_out_;
};

}  // namespace kairon::postgres
