#include "lint/support/json_template.h"

#include <algorithm>
#include <vector>

#include "json/document.h"
#include "workflow/expression.h"

namespace kairon::lint {

namespace {

/// Puts a text together in which each `{{ }}` is replaced, and knows which byte came from where.
class Filled {
 public:
  explicit Filled(std::string_view text) : text_(text), parts_(workflow::split_expression(text)) {}

  /// False when a `{{ }}` is neither in a text nor in the place of a value.
  bool fill() {
    std::size_t at = 1;  // after the `=`
    for (const workflow::ExpressionPart& part : parts_) {
      if (!part.closed) return false;
      copy(at, part.begin - 2);
      if (broken_) return true;
      at = part.end + 2;
      const bool is_value = !inside_ && is_value_place(at);
      if (is_value) values_.push_back(part.begin);
      if (!inside_ && !is_value) return false;
      constexpr std::string_view kAnyValue = "0";
      append(kAnyValue, part.begin - 2);
      if (!inside_) before_ = 'v';
    }
    copy(at, text_.size());
    return true;
  }

  /// Where the code of those `{{ }}` begins that are in the place of a value, up to where fill() gave up.
  [[nodiscard]] const std::vector<std::size_t>& values() const { return values_; }
  [[nodiscard]] const std::string& filled() const { return filled_; }
  [[nodiscard]] std::size_t place_of(std::size_t byte) const {
    return byte < places_.size() ? places_[byte] : text_.size();
  }

 private:
  void append(std::string_view piece, std::size_t from) {
    filled_ += piece;
    for (std::size_t i = 0; i < piece.size(); ++i) places_.push_back(from);
  }

  void copy(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const char byte = text_[i];
      append(text_.substr(i, 1), i);
      if (inside_) {
        // No JSON text goes on over a line's end: what follows cannot repair it.
        broken_ = broken_ || byte == '\n';
        if (broken_) return;
        if (byte == '"' && !escaped_) inside_ = false;
        escaped_ = !escaped_ && byte == '\\';
        before_ = 'v';
        continue;
      }
      inside_ = byte == '"';
      if (byte == '{' || byte == '[') open_.push_back(byte);
      if ((byte == '}' || byte == ']') && !open_.empty()) open_.pop_back();
      if (byte != ' ' && byte != '\n' && byte != '\t' && byte != '\r') before_ = byte;
    }
  }

  /// After `:` or, in a list, after `[` or `,`; and what follows does not go on with the value.
  [[nodiscard]] bool is_value_place(std::size_t after) const {
    const bool in_list = !open_.empty() && open_.back() == '[';
    if (before_ != ':' && !(in_list && (before_ == '[' || before_ == ','))) return false;
    const std::size_t next = text_.find_first_not_of(" \t\r", after);
    return next == std::string_view::npos || std::string_view(",]}/\n").find(text_[next]) != std::string_view::npos;
  }

  std::string_view text_;
  std::vector<workflow::ExpressionPart> parts_;
  std::string filled_;
  std::vector<std::size_t> places_;
  std::vector<std::size_t> values_;
  std::vector<char> open_;
  char before_ = ' ';
  bool inside_ = false;
  bool escaped_ = false;
  bool broken_ = false;
};

}  // namespace

std::optional<TemplateFault> json_template_fault(std::string_view text) {
  Filled filled(text);
  if (!filled.fill()) return std::nullopt;
  const auto parsed = json::Document::parse(filled.filled());
  if (parsed.document) return std::nullopt;
  return TemplateFault{filled.place_of(parsed.error->offset), parsed.error->message};
}

bool is_json_value(std::string_view text, std::size_t begin) {
  Filled filled(text);
  static_cast<void>(filled.fill());
  return std::ranges::find(filled.values(), begin) != filled.values().end();
}

}  // namespace kairon::lint
