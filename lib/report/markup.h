#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kairon::report {

/// Escapes text for HTML and SVG, in elements and in quoted attributes.
[[nodiscard]] std::string escape_markup(std::string_view text);

/// Text for XML: markup escaped, what XML 1.0 cannot hold (section 2.2) replaced by U+FFFD.
[[nodiscard]] std::string escape_xml(std::string_view text);

/// Escapes text for a quoted Mermaid label: everything but letters, digits, blanks and some signs becomes
/// an entity, so that no text ends the label, opens a directive or becomes a tag or Markdown.
[[nodiscard]] std::string escape_mermaid(std::string_view text);

/// Returns text as a Markdown code span, in which nothing is a mention, a link or a tag.
[[nodiscard]] std::string code_span(std::string_view text);

/// Returns a fence of backticks that is longer than every run of them in `content`.
[[nodiscard]] std::string fence_for(std::string_view content);

/// Writes elements of HTML or SVG. Texts and attributes are escaped; open elements are closed in order.
class Markup {
 public:
  struct Attribute {
    std::string_view name;
    std::string value;
  };
  using Attributes = std::vector<Attribute>;

  Markup& open(std::string_view element, const Attributes& attributes = {});
  Markup& close();
  Markup& text(std::string_view content);
  /// An element that holds only text.
  Markup& leaf(std::string_view element, const Attributes& attributes, std::string_view content);
  /// An element that holds nothing and needs no end (SVG shapes, `meta`, `input`).
  Markup& empty(std::string_view element, const Attributes& attributes);
  /// Markup that this class wrote or that is a constant of the program.
  Markup& trusted(std::string_view markup);
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void begin(std::string_view element, const Attributes& attributes);
  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace kairon::report
