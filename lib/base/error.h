#pragma once
#include <exception>
#include <string>
#include <utility>

#include "base/message.h"

namespace kairon {

/// Exit codes of every executable of the suite (DESIGN: commands).
enum class ExitCode : int {
  passed = 0,        ///< nothing of severity error; warnings are allowed
  blocked = 1,       ///< a finding of severity error, or a failed test or stage
  usage = 2,         ///< wrong command line or configuration
  environment = 3,   ///< database, n8n, tool or repository cannot be reached or read
  interrupted = 130  ///< SIGINT or SIGTERM
};

/// Thrown for what only main can report: the program cannot go on.
class Error : public std::exception {
 public:
  Error(ExitCode code, Message message) : code_(code), message_(std::move(message)) {}
  Error(ExitCode code, std::string text, std::string remedy = {})
      : Error(code, Message{std::move(text), std::move(remedy)}) {}

  [[nodiscard]] ExitCode code() const noexcept { return code_; }
  [[nodiscard]] const Message& message() const noexcept { return message_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.text.c_str(); }

 private:
  ExitCode code_;
  Message message_;
};

/// Builds an Error with ExitCode::usage.
[[nodiscard]] inline Error usage_error(Message message) { return {ExitCode::usage, std::move(message)}; }
[[nodiscard]] inline Error usage_error(std::string text, std::string remedy = {}) {
  return {ExitCode::usage, std::move(text), std::move(remedy)};
}

/// Builds an Error with ExitCode::environment.
[[nodiscard]] inline Error environment_error(Message message) { return {ExitCode::environment, std::move(message)}; }
[[nodiscard]] inline Error environment_error(std::string text, std::string remedy = {}) {
  return {ExitCode::environment, std::move(text), std::move(remedy)};
}

}  // namespace kairon
