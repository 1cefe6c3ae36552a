#include "install/ci_jobs.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <set>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "install/yaml_lines.h"

namespace kairon::install {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGitHubFolder = ".github/workflows";
constexpr std::string_view kGitLabFile = ".gitlab-ci.yml";
constexpr std::string_view kGitLabFolder = ".gitlab";

bool is_job(CiForm form, std::string_view key) {
  constexpr std::array<std::string_view, 11> kOthers = {"default",  "include",       "stages",      "variables",
                                                        "workflow", "image",         "services",    "cache",
                                                        "spec",     "before_script", "after_script"};
  if (form == CiForm::github) return true;
  return !key.starts_with('.') && std::find(kOthers.begin(), kOthers.end(), key) == kOthers.end();
}

std::size_t first_of(const Lines& lines, const CiJob& job) {
  std::size_t first = job.begin + 1;
  while (first < job.end && !is_content(lines[first])) ++first;
  return first;
}

Block key_of(const Lines& lines, const CiJob& job, std::string_view key) {
  const std::size_t first = first_of(lines, job);
  return first == job.end ? Block() : block_of(lines, {first, job.end}, indent_of(lines[first]), key);
}

bool names_word(std::string_view text, std::string_view word) {
  constexpr std::string_view kInside = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/";
  const auto is_inside = [&](std::size_t at) { return at < text.size() && kInside.find(text[at]) != kInside.npos; };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if ((at == 0 || !is_inside(at - 1)) && !is_inside(at + word.size())) return true;
  return false;
}

/// Files of a folder whose names end in .yml or .yaml, sorted.
template <typename Iterator>
void add_files(const std::string& top, std::string_view folder, CiForm form, std::vector<CiFile>& files) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (Iterator entry(format("{}/{}", top, folder), failed), end; entry != end; entry.increment(failed)) {
    const std::string path = entry->path().lexically_relative(top).string();
    if (path.ends_with(".yml") || path.ends_with(".yaml")) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) files.push_back({path, script_text(top + "/" + path), form});
}

/// The jobs and templates of all of GitLab's files, which share their names.
class Pipeline {
 public:
  explicit Pipeline(const std::vector<CiFile>& files) {
    for (const CiFile& file : files) {
      if (file.form != CiForm::gitlab) continue;
      const Lines lines = text::split(file.content, '\n');
      for (CiJob& job : jobs_of(CiForm::gitlab, file.content)) {
        Part part{&file, job, text_of(lines, job.begin, job.end), {}, {}};
        for (const std::string_view key : {"needs", "dependencies"})
          if (const Block block = key_of(lines, job, key); block.found())
            part.needs += text_of(lines, block.begin, block.end);
        if (const Block block = key_of(lines, job, "extends"); block.found())
          part.extends = text_of(lines, block.begin, block.end);
        parts_.push_back(std::move(part));
      }
    }
  }

  [[nodiscard]] std::vector<DeployingJob> deploying(const Watched& watched) const {
    std::vector<DeployingJob> out;
    std::set<std::string> names;
    const auto add = [&](const Part& part, std::string reason) {
      names.insert(part.job.name);
      out.push_back({part.file->path, part.job.name, part.job.begin + 1, std::move(reason), off(part)});
    };
    for (const Part& part : parts_) {
      if (!part.job.runs || has_retired(part.text)) continue;
      std::set<std::string> seen;
      std::string reason = reason_of(whole_text(part, seen), watched, Evidence::deploys);
      if (!reason.empty()) add(part, std::move(reason));
    }
    for (std::size_t before = 0; before != names.size();) {
      before = names.size();
      for (const Part& part : parts_) {
        if (!part.job.runs || names.contains(part.job.name) || has_retired(part.text)) continue;
        const auto need = std::find_if(names.begin(), names.end(),
                                       [&](const std::string& name) { return names_word(part.needs, name); });
        if (need != names.end()) add(part, format("needs {}", *need));
      }
    }
    return out;
  }

 private:
  struct Part {
    const CiFile* file;
    CiJob job;
    std::string text;
    std::string needs;
    std::string extends;
  };

  /// Returns the text of a job with that of what it extends or refers to.
  std::string whole_text(const Part& part, std::set<std::string>& seen) const {
    std::string out = part.text;
    seen.insert(part.job.name);
    for (const Part& other : parts_) {
      if (seen.contains(other.job.name)) continue;
      const bool refers = names_word(part.extends, other.job.name) ||
                          text::contains(part.text, format("!reference [{},", other.job.name));
      out += refers ? whole_text(other, seen) : anchored_text(part.text, other.text);
    }
    return out;
  }

  /// Returns what a job's text takes from another by an alias: the lines that the anchor is about.
  static std::string anchored_text(std::string_view job, std::string_view other) {
    std::string out;
    const Lines lines = text::split(other, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t at = lines[i].find('&');
      if (at == std::string_view::npos || !is_content(lines[i])) continue;
      const std::string_view anchor = lines[i].substr(at + 1, lines[i].find_first_of(" \r,]}", at) - at - 1);
      if (anchor.empty() || !names_word(job, format("*{}", anchor))) continue;
      std::size_t end = i + 1;
      while (end < lines.size() && (!is_content(lines[end]) || indent_of(lines[end]) > indent_of(lines[i]))) ++end;
      out += text_of(lines, i, end);
    }
    return out;
  }

  /// GitLab refuses a job that has `rules` and `only` or `except`, its own or a template's.
  std::string off(const Part& part) const {
    std::set<std::string> seen;
    const std::string whole = whole_text(part, seen);
    bool old_form = false;
    for (const std::string_view line : text::lines(whole)) {
      const std::string key = entry_of(line).key;
      old_form = old_form || key == "only" || key == "except";
    }
    const std::string line = old_form ? "only: {variables: [$KAIRON_GATE_RETIRED]}" : "rules: [{when: never}]";
    const Lines lines = text::split(part.file->content, '\n');
    const Block block = key_of(lines, part.job, old_form ? "only" : "rules");
    // An anchor in what would become a comment is used elsewhere.
    const bool anchored = block.found() && text::contains(text_of(lines, block.begin, block.end), "&");
    return part.job.block && !anchored ? line : std::string();
  }

  std::vector<Part> parts_;
};

}  // namespace

std::vector<CiJob> jobs_of(CiForm form, const std::string& content) {
  const Lines lines = text::split(content, '\n');
  std::vector<CiJob> jobs;
  bool inside = form == CiForm::gitlab;
  std::size_t depth = form == CiForm::gitlab ? 0 : std::string::npos;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!is_content(lines[i])) continue;
    const std::size_t indent = indent_of(lines[i]);
    if (form == CiForm::github && indent == 0) inside = entry_of(lines[i]).key == "jobs";
    if (!inside || (form == CiForm::github && indent == 0)) continue;
    if (depth == std::string::npos) depth = indent;
    const Entry entry = entry_of(lines[i]);
    const bool item = text::trim(lines[i]).starts_with('-');
    if (indent == depth && !item && !entry.key.empty())
      jobs.push_back(
          {entry.key, i, i + 1, is_job(form, entry.key), entry.value.empty() || entry.value.starts_with('&')});
    if (!jobs.empty()) jobs.back().end = i + 1;
  }
  return jobs;
}

std::vector<CiFile> existing_ci(const std::string& top) {
  std::vector<CiFile> files;
  add_files<fs::directory_iterator>(top, kGitHubFolder, CiForm::github, files);
  const std::size_t first = files.size();
  if (std::string content = script_text(format("{}/{}", top, kGitLabFile)); !content.empty())
    files.push_back({std::string(kGitLabFile), std::move(content), CiForm::gitlab});
  add_files<fs::recursive_directory_iterator>(top, kGitLabFolder, CiForm::gitlab, files);
  for (std::size_t i = first; i < files.size(); ++i) {
    const Lines lines = text::split(files[i].content, '\n');
    std::string includes;
    for (const CiJob& key : jobs_of(CiForm::gitlab, files[i].content))
      if (key.name == "include") includes += text_of(lines, key.begin, key.end);
    for (char& c : includes) c = text::contains(" \n\r\"'[]{},", std::string_view(&c, 1)) ? ' ' : c;
    for (std::string_view word : text::split(includes, ' ')) {
      while (word.starts_with('/') || word.starts_with("./")) word.remove_prefix(word.starts_with('/') ? 1 : 2);
      const bool yaml = word.ends_with(".yml") || word.ends_with(".yaml");
      const bool known = std::any_of(files.begin(), files.end(), [&](const CiFile& file) { return file.path == word; });
      if (!yaml || known || text::contains(word, "..")) continue;
      std::string content = script_text(format("{}/{}", top, word));
      if (!content.empty()) files.push_back({std::string(word), std::move(content), CiForm::gitlab});
    }
  }
  return files;
}

std::vector<DeployingJob> deploying_jobs(const std::vector<CiFile>& files, const Watched& watched) {
  std::vector<DeployingJob> out;
  for (const CiFile& file : files) {
    if (file.form != CiForm::github) continue;
    const Lines lines = text::split(file.content, '\n');
    for (const CiJob& job : jobs_of(CiForm::github, file.content)) {
      const std::string body = text_of(lines, job.begin, job.end);
      if (has_retired(body)) continue;
      std::string reason = reason_of(body, watched, Evidence::deploys);
      if (reason.empty()) continue;
      out.push_back({file.path, job.name, job.begin + 1, std::move(reason), job.block ? "if: false" : ""});
    }
  }
  std::vector<DeployingJob> of_gitlab = Pipeline(files).deploying(watched);
  std::move(of_gitlab.begin(), of_gitlab.end(), std::back_inserter(out));
  return out;
}

std::string without_jobs(CiForm form, const std::string& content, const std::map<std::string, std::string>& off) {
  const Lines lines = text::split(content, '\n');
  std::map<std::size_t, std::string> instead;
  for (const CiJob& job : jobs_of(form, content)) {
    const auto wanted = off.find(job.name);
    if (wanted == off.end() || wanted->second.empty() || first_of(lines, job) == job.end) continue;
    turn_off(lines, {job.begin, job.end}, indent_of(lines[first_of(lines, job)]), wanted->second, instead);
  }
  return text_with(lines, instead);
}

}  // namespace kairon::install
