#pragma once
#include <span>
#include <string_view>

namespace kairon::manual {

/// One page of the user's manual, as the build embedded it.
struct Page {
  std::string_view topic;  ///< "check": the file's name
  std::string_view title;  ///< the text of its first heading
  std::string_view text;   ///< Markdown
};

/// All pages, sorted by topic.
[[nodiscard]] std::span<const Page> pages();

/// The page of a topic, null when there is none.
[[nodiscard]] const Page* find_page(std::string_view topic);

}  // namespace kairon::manual
