#include "notify/told.h"

#include <cctype>
#include <exception>
#include <filesystem>
#include <map>
#include <utility>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "json/document.h"

namespace kairon::notify {

namespace {

constexpr std::time_t kDay = 86400;

using Memory = std::map<std::string, Told>;  // by "backup/prod"

// Sizes, times and ports differ from one run to the next while the cause is the same.
std::string print_of(const std::string& summary) {
  std::string text;
  for (const char c : summary) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!digit)
      text += c;
    else if (!text.ends_with('#'))
      text += '#';
  }
  return hash::sha256(text);
}

std::string memory_file(const std::string& common_dir) {
  const std::string folder = (common_dir.empty() ? environment::cache_folder() : common_dir + "/kairon") + "/notify";
  std::filesystem::create_directories(folder);
  return folder + "/told.json";
}

Memory read_memory(const std::string& path) {
  Memory memory;
  Result<std::string> text = file::read(path);
  if (!text.ok()) return memory;
  const auto parsed = json::Document::parse(std::move(text).value());
  if (!parsed.document) return memory;
  for (const json::Value job : parsed.document->root()["jobs"])
    memory[std::string(job.key())] = {std::string(job["print"].string()), static_cast<std::time_t>(job["at"].number())};
  return memory;
}

std::string text_of(const Memory& memory) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object().key("version").integer(1).key("jobs").begin_object();
  for (const auto& [job, told] : memory)
    out.key(job).begin_object().key("print").string(told.print).key("at").integer(told.at).end_object();
  out.end_object().end_object();
  return out.take() + "\n";
}

Delivery send(const config::Settings& settings, const News& news) {
  if (news.notice) return notify(settings, *news.notice);
  return {Delivery::State::not_wanted, {}};
}

}  // namespace

News compare_with_told(const std::optional<Told>& before, Notice notice, std::time_t now) {
  if (notice.outcome != JobOutcome::failed) {
    if (before) notice.outcome = JobOutcome::recovered;
    return {std::move(notice), std::nullopt};
  }
  const std::string print = print_of(notice.summary);
  // A clock that was set back must not silence a failure for longer than a day.
  if (before && before->print == print && now >= before->at && now - before->at < kDay) return {std::nullopt, before};
  return {std::move(notice), Told{print, now}};
}

Delivery notify_news(const config::Settings& settings, Notice notice, const std::string& common_dir) {
  try {
    const std::string path = memory_file(common_dir);
    Memory memory = read_memory(path);
    const std::string job = notice.job + "/" + notice.environment;
    const auto found = memory.find(job);
    const std::optional<Told> before = found == memory.end() ? std::nullopt : std::optional(found->second);
    const News news = compare_with_told(before, notice, std::time(nullptr));
    Delivery delivery = send(settings, news);
    if (!news.notice || delivery.state == Delivery::State::failed) return delivery;
    memory.erase(job);
    // Who is told nothing, for want of a url, has not heard of a failure either.
    if (news.after && delivery.state == Delivery::State::sent) memory[job] = *news.after;
    if (before || news.after) (void)file::write_atomic(path, text_of(memory), 0600, file::Durability::cached).ok();
    return delivery;
  } catch (const std::exception&) {
    return notify(settings, notice);
  }
}

}  // namespace kairon::notify
