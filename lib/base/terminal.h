#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kairon::terminal {

/// The two streams of the suite: results go to `out`, everything about the run to `err`.
enum class Channel { out, err };

enum class Style { plain, bold, red, yellow, green, blue, dim };

/// What a command line says of colour.
enum class Colour { automatic, always, never };
/// Decides for the rest of the run. `automatic`, the default, follows NO_COLOR (no-color.org: set and not empty),
/// then CLICOLOR_FORCE (bixense.com/clicolors: set and not 0), then TERM and whether the channel is a terminal.
void choose_colour(Colour choice);

/// True when colour is used on the channel.
[[nodiscard]] bool colour(Channel channel);

[[nodiscard]] bool is_terminal(Channel channel);

/// `text` wrapped in the style's ANSI codes when colour(channel), else as it is.
[[nodiscard]] std::string styled(Channel channel, Style style, std::string_view text);

/// Writes text as it is (no line end added). A reader that went away is not an error; any other reason why
/// a result did not arrive is kept for lost_output().
void write(Channel channel, std::string_view text);
/// Writes text and a line end.
void print(Channel channel, std::string_view text);

/// Why a write to Channel::out failed ("No space left on device"), "" when all of it arrived or nobody
/// read it any more.
[[nodiscard]] std::string lost_output();

/// Asks on /dev/tty (stdin of a hook carries git's data) and returns the line typed, without its
/// end; nothing when there is no terminal. What was typed before the question was shown is thrown away.
[[nodiscard]] std::optional<std::string> ask(std::string_view question);

/// A live line on stderr for work that takes longer than 0.5 s. Off a terminal it prints a plain
/// line at most every 10 s, so that an idle push connection sees life.
class Progress {
 public:
  explicit Progress(std::string title);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Says what is going on now; call it often, it decides whether to print.
  void update(std::string_view detail);

 private:
  std::string title_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point shown_;
  bool visible_ = false;
};

}  // namespace kairon::terminal
