#include "git/line_diff.h"

#include "base/error.h"
#include "base/format.h"
#include "git/handles.h"

namespace kairon::git {

namespace {

int add_hunk(const git_diff_delta* /*delta*/, const git_diff_hunk* hunk, void* payload) {
  auto& lines = *static_cast<std::vector<DiffLine>*>(payload);
  lines.push_back({LineKind::hunk, {}, static_cast<std::size_t>(hunk->new_start)});
  return 0;
}

int add_line(const git_diff_delta* /*delta*/, const git_diff_hunk* /*hunk*/, const git_diff_line* line, void* payload) {
  auto& lines = *static_cast<std::vector<DiffLine>*>(payload);
  LineKind kind = LineKind::context;
  if (line->origin == GIT_DIFF_LINE_ADDITION) {
    kind = LineKind::added;
  } else if (line->origin == GIT_DIFF_LINE_DELETION) {
    kind = LineKind::removed;
  } else if (line->origin != GIT_DIFF_LINE_CONTEXT) {
    return 0;  // remarks about a missing line end
  }
  std::string text(line->content, line->content_len);
  if (text.ends_with('\n')) text.pop_back();
  const int number = kind == LineKind::removed ? line->old_lineno : line->new_lineno;
  lines.push_back({kind, std::move(text), static_cast<std::size_t>(number < 0 ? 0 : number)});
  return 0;
}

}  // namespace

std::vector<DiffLine> line_diff(std::string_view before, std::string_view after, unsigned context) {
  start_library();
  git_diff_options options{};
  if (git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION) != 0)
    throw environment_error(format("cannot compare two texts: {}", library_error()));
  options.flags = GIT_DIFF_FORCE_TEXT;
  options.context_lines = context;
  std::vector<DiffLine> lines;
  const int code = git_diff_buffers(before.data(), before.size(), nullptr, after.data(), after.size(), nullptr,
                                    &options, nullptr, nullptr, add_hunk, add_line, &lines);
  if (code != 0) throw environment_error(format("cannot compare two texts: {}", library_error()));
  return lines;
}

}  // namespace kairon::git
