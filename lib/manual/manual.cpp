#include "manual/manual.h"

#include <algorithm>
#include <vector>

#include "base/embedded.h"
#include "base/text.h"

namespace kairon::manual {

namespace {

std::string_view title_of(std::string_view page) {
  const auto lines = text::lines(page);
  if (lines.empty() || !lines.front().starts_with("# ")) return {};
  return lines.front().substr(2);
}

}  // namespace

std::span<const Page> pages() {
  static const std::vector<Page> kPages = [] {
    std::vector<Page> all;
    for (const embedded::File& file : embedded::manual_pages()) {
      const std::string_view topic = file.path.substr(0, file.path.rfind('.'));
      if (topic != "README") all.push_back({topic, title_of(file.content), file.content});
    }
    std::sort(all.begin(), all.end(), [](const Page& a, const Page& b) { return a.topic < b.topic; });
    return all;
  }();
  return kPages;
}

const Page* find_page(std::string_view topic) {
  const auto all = pages();
  const auto hit = std::find_if(all.begin(), all.end(), [&](const Page& page) { return page.topic == topic; });
  return hit == all.end() ? nullptr : &*hit;
}

}  // namespace kairon::manual
