#include "git/parts.h"

#include <algorithm>
#include <charconv>

#include "base/format.h"
#include "base/text.h"
#include "git/git_process.h"
#include "git/raw_diff.h"

namespace kairon::git {

Result<void> read_parts(const GitSource& source, const Oid& oid, std::size_t part,
                        const std::function<void(std::string_view)>& take) {
  if (!is_oid(oid)) return Failure{format("'{}' is not an object id", text::printable(oid))};
  process::Dialogue git = GitProcess(source.top().empty() ? source.git_dir() : source.top()).cat_file();
  const std::optional<std::string> header = git.send(oid + "\n") ? git.read_line() : std::nullopt;
  const std::vector<std::string_view> words = text::split(header ? std::string_view(*header) : "", ' ');
  std::size_t left = 0;
  if (words.size() != 3 || std::from_chars(words[2].data(), words[2].data() + words[2].size(), left).ec != std::errc())
    return Failure{format("object {} is missing", oid), "git fetch, or git fsck to see what else is"};
  while (left > 0) {
    const std::optional<std::string> content = git.read_exactly(std::min(left, part));
    if (!content) return Failure{format("object {} ends too early", oid), "git fsck"};
    left -= content->size();
    take(*content);
  }
  return {};
}

}  // namespace kairon::git
