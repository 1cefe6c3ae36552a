#pragma once
#include <exception>
#include <string>
#include <utility>

namespace kairon {

/// Exit codes of every executable of the suite (DESIGN: commands).
enum class ExitCode : int {
  passed = 0,        ///< nothing of severity error; warnings are allowed
  blocked = 1,       ///< a finding of severity error, or a failed test or stage
  usage = 2,         ///< wrong command line or configuration
  environment = 3,   ///< database, n8n, tool or repository cannot be reached or read
  interrupted = 130  ///< SIGINT or SIGTERM
};

/// Thrown for what only main can report: the program cannot go on. Carries the exit code, one
/// sentence for the user and, where there is one, the command or setting that mends it.
class Error : public std::exception {
 public:
  Error(ExitCode code, std::string message, std::string remedy = {})
      : code_(code), message_(std::move(message)), remedy_(std::move(remedy)) {}

  [[nodiscard]] ExitCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& remedy() const noexcept { return remedy_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  ExitCode code_;
  std::string message_;
  std::string remedy_;
};

/// Builds an Error with ExitCode::usage.
[[nodiscard]] inline Error usage_error(std::string message, std::string remedy = {}) {
  return {ExitCode::usage, std::move(message), std::move(remedy)};
}

/// Builds an Error with ExitCode::environment.
[[nodiscard]] inline Error environment_error(std::string message, std::string remedy = {}) {
  return {ExitCode::environment, std::move(message), std::move(remedy)};
}

}  // namespace kairon
