#include "install/managed_hooks.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "install/hook_names.h"
#include "install/yaml_lines.h"

namespace kairon::install {

namespace {

bool is_item(std::string_view line) { return text::trim(line).starts_with('-'); }

/// The blocks that begin at `depth`: each key, or each "- " item, with the lines below it. A list may be indented as
/// its key is.
std::vector<Block> parts_of(const Lines& lines, const Block& inside, std::size_t depth) {
  std::vector<Block> parts;
  for (std::size_t i = inside.begin; i < inside.end; ++i) {
    if (!is_content(lines[i])) continue;
    const bool of_key = !parts.empty() && is_item(lines[i]) && !is_item(lines[parts.back().begin]);
    if (indent_of(lines[i]) <= depth && !of_key) parts.push_back({i, i + 1});
    if (!parts.empty()) parts.back().end = i + 1;
  }
  return parts;
}

/// Where the first line with content in a range is indented to; npos when there is none.
std::size_t depth_in(const Lines& lines, const Block& inside) {
  for (std::size_t i = inside.begin; i < inside.end; ++i)
    if (is_content(lines[i])) return indent_of(lines[i]);
  return std::string::npos;
}

std::vector<Block> children_of(const Lines& lines, const Block& of) {
  const Block below{of.begin + 1, of.end};
  return parts_of(lines, below, depth_in(lines, below));
}

/// "- id: x" as "  id: x", so that an item's first key is read as its others.
std::string as_key(std::string_view line) {
  std::string out(line);
  const std::size_t dash = indent_of(line);
  if (dash < out.size() && out[dash] == '-') out[dash] = ' ';
  return out;
}

/// A value without its quotes and its comment.
std::string plain(std::string_view value) {
  if (value.size() > 1 && (value.front() == '"' || value.front() == '\'')) {
    const std::size_t end = value.find(value.front(), 1);
    return std::string(value.substr(1, std::min(end, value.size()) - 1));
  }
  return std::string(text::trim(value.substr(0, value.find(" #"))));
}

/// The keys of one command: a mapping, or an item of a list whose first key is on the line of its dash.
class Keys {
 public:
  Keys(const Lines& lines, const Block& of, bool item) : first_(item ? as_key(lines[of.begin]) : std::string()) {
    lines_.assign(lines.begin() + static_cast<std::ptrdiff_t>(of.begin + 1),
                  lines.begin() + static_cast<std::ptrdiff_t>(of.end));
    if (item) lines_.insert(lines_.begin(), first_);
    depth_ = depth_in(lines_, {0, lines_.size()});
  }

  [[nodiscard]] std::size_t depth() const { return depth_; }
  [[nodiscard]] std::string text(std::string_view key) const {
    const Block block = block_of(lines_, {0, lines_.size()}, depth_, key);
    return text_of(lines_, block.begin, block.end);
  }
  [[nodiscard]] std::string value(std::string_view key) const {
    const Block block = block_of(lines_, {0, lines_.size()}, depth_, key);
    return block.found() ? plain(entry_of(lines_[block.begin]).value) : std::string();
  }

 private:
  std::string first_;
  Lines lines_;
  std::size_t depth_ = 0;
};

void add_lefthook(const Lines& lines, const Block& hook, std::vector<ManagedCommand>& out) {
  const std::string name = entry_of(lines[hook.begin]).key;
  for (const Block& list : children_of(lines, hook)) {
    const std::string kind = entry_of(lines[list.begin]).key;
    if (kind != "commands" && kind != "scripts" && kind != "jobs") continue;
    const bool items = kind == "jobs";
    for (const Block& one : children_of(lines, list)) {
      const Keys keys(lines, one, items);
      const std::string key = items ? keys.value("name") : entry_of(lines[one.begin]).key;
      const std::string file = items ? keys.value("script") : kind == "scripts" ? key : std::string();
      const std::string one_line(items ? std::string_view() : entry_of(lines[one.begin]).value);
      // A group's members are turned off one by one, by a person.
      const bool group = !keys.text("group").empty();
      out.push_back({key.empty() ? name : format("{}: {}", name, key), one.begin, one.end, keys.depth(),
                     keys.text("run") + keys.text("group") + one_line,
                     file.empty() ? std::string() : format(".lefthook/{}/{}", name, file),
                     !group && keys.depth() != std::string::npos});
    }
  }
}

void add_pre_commit(const Lines& lines, const Block& repository, std::vector<ManagedCommand>& out) {
  const Keys keys(lines, repository, true);
  if (keys.value("repo") != "local") return;
  const Block hooks = block_of(lines, {repository.begin + 1, repository.end}, keys.depth(), "hooks");
  if (!hooks.found()) return;
  for (const Block& one : children_of(lines, hooks)) {
    const Keys hook(lines, one, true);
    const bool first_is_stages = entry_of(as_key(lines[one.begin])).key == "stages";
    out.push_back({format("hook {}", hook.value("id")),
                   one.begin,
                   one.end,
                   hook.depth(),
                   hook.text("entry") + hook.text("args"),
                   {},
                   !first_is_stages});
  }
}

}  // namespace

std::vector<ManagerFile> manager_files(const std::string& top) {
  constexpr std::array<std::string_view, 3> kFolders = {"", ".", ".config/"};
  std::vector<ManagerFile> files;
  const auto add = [&](const std::string& path, ManagerForm form, bool readable) {
    std::string content = script_text(format("{}/{}", top, path));
    if (!content.empty()) files.push_back({path, std::move(content), form, readable});
  };
  for (const std::string_view folder : kFolders)
    for (const std::string_view end : {"yml", "yaml", "toml", "json"})
      add(format("{}lefthook.{}", folder, end), ManagerForm::lefthook, end.starts_with('y'));
  add(".pre-commit-config.yaml", ManagerForm::pre_commit, true);
  add("prek.toml", ManagerForm::pre_commit, false);
  return files;
}

std::vector<ManagedCommand> commands_of(ManagerForm form, const std::string& content) {
  const Lines lines = text::split(content, '\n');
  std::vector<ManagedCommand> out;
  for (const Block& part : parts_of(lines, {0, lines.size()}, 0)) {
    const std::string key = entry_of(lines[part.begin]).key;
    if (form == ManagerForm::lefthook && (is_gated_hook(key) || is_hook_name(key))) add_lefthook(lines, part, out);
    if (form == ManagerForm::pre_commit && key == "repos")
      for (const Block& repository : children_of(lines, part)) add_pre_commit(lines, repository, out);
  }
  return out;
}

std::string_view off_line(ManagerForm form) {
  return form == ManagerForm::lefthook ? "skip: true" : "stages: [manual]";
}

std::string without_commands(const ManagerFile& file, const std::vector<std::size_t>& begins) {
  const Lines lines = text::split(file.content, '\n');
  std::map<std::size_t, std::string> instead;
  for (const ManagedCommand& command : commands_of(file.form, file.content))
    if (std::find(begins.begin(), begins.end(), command.begin) != begins.end())
      turn_off(lines, {command.begin, command.end}, command.depth, std::string(off_line(file.form)), instead);
  return text_with(lines, instead);
}

}  // namespace kairon::install
