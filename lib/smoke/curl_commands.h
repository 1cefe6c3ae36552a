#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::smoke {

/// A request that a curl command would send.
struct CurlRequest {
  std::size_t line = 0;  ///< of the command, or of the call of the function that holds it
  std::string called;    ///< the call's arguments, joined, "" for a command outside of calls
  std::string method;
  std::string url;
  std::string body;
  std::string problem = {};               ///< what of it cannot be read: a form, a file; "" when nothing
  std::vector<std::string> unknown = {};  ///< what its data takes from elsewhere: "$SLUG", "$(...)"
};

/// Reads the curl commands of a shell script without running anything: quotes, line continuations, variables, here
/// documents, loops over words, and functions with their arguments. Both sides of every condition count, `case` is
/// left out, and what a command would print is "" but for `cat` with a here document and `date`.
[[nodiscard]] std::vector<CurlRequest> curl_commands(std::string_view script);

}  // namespace kairon::smoke
