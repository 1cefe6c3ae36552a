#include "diff/change.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/format.h"
#include "diff/align.h"

namespace kairon::diff {

namespace {

using Member = std::pair<std::string_view, json::Value>;

/// Members sorted by key; of equal keys the last one, as every JSON reader here has it.
std::vector<Member> members_of(const json::Value& object) {
  std::vector<Member> members;
  for (const json::Value value : object) members.emplace_back(value.key(), value);
  const auto by_key = [](const Member& a, const Member& b) { return a.first < b.first; };
  std::stable_sort(members.begin(), members.end(), by_key);
  std::vector<Member> last;
  for (const Member& member : members) {
    if (!last.empty() && last.back().first == member.first) last.pop_back();
    last.push_back(member);
  }
  return last;
}

bool equal_objects(const json::Value& a, const json::Value& b) {
  const std::vector<Member> left = members_of(a);
  const std::vector<Member> right = members_of(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const Member& x, const Member& y) { return x.first == y.first && equal(x.second, y.second); });
}

Path below(const Path& path, Step step) {
  Path longer = path;
  longer.push_back(std::move(step));
  return longer;
}

void compare_objects(const json::Value& before, const json::Value& after, const Path& path, std::vector<Change>& out) {
  const std::vector<Member> old = members_of(before);
  const std::vector<Member> fresh = members_of(after);
  auto right = fresh.begin();
  for (const auto& [key, value] : old) {
    for (; right != fresh.end() && right->first < key; ++right)
      out.push_back({below(path, {std::string(right->first)}), {}, right->second});
    if (right != fresh.end() && right->first == key) {
      compare(value, right->second, below(path, {std::string(key)}), out);
      ++right;
    } else {
      out.push_back({below(path, {std::string(key)}), value, {}});
    }
  }
  for (; right != fresh.end(); ++right) out.push_back({below(path, {std::string(right->first)}), {}, right->second});
}

void compare_arrays(const json::Value& before, const json::Value& after, const Path& path, std::vector<Change>& out) {
  for (const Aligned& pair : align(before, after)) {
    const Path longer = below(path, {{}, pair.before, pair.after});
    const json::Value old = pair.before == kNone ? json::Value{} : pair.old;
    const json::Value fresh = pair.after == kNone ? json::Value{} : pair.fresh;
    if (old && fresh) {
      compare(old, fresh, longer, out);
    } else {
      out.push_back({longer, old, fresh});
    }
  }
}

}  // namespace

std::string path_text(const Path& path, std::size_t skip) {
  std::string out;
  for (std::size_t i = skip; i < path.size(); ++i) {
    const Step& step = path[i];
    if (step.is_member()) {
      out += (out.empty() ? "" : ".") + step.key;
    } else {
      out += format("[{}]", step.after == kNone ? step.before : step.after);
    }
  }
  return out;
}

bool equal(const json::Value& a, const json::Value& b) {
  if (a.present() != b.present() || a.type() != b.type()) return false;
  switch (a.type()) {
    case json::Type::null:
      return true;
    case json::Type::boolean:
      return a.boolean() == b.boolean();
    case json::Type::number:
      return a.raw() == b.raw() || a.number() == b.number();
    case json::Type::string:
      return a.string() == b.string();
    case json::Type::array:
      return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), equal);
    case json::Type::object:
      return equal_objects(a, b);
  }
  return false;
}

void compare(const json::Value& before, const json::Value& after, const Path& path, std::vector<Change>& out) {
  if (before.is_object() && after.is_object()) {
    compare_objects(before, after, path, out);
  } else if (before.is_array() && after.is_array()) {
    compare_arrays(before, after, path, out);
  } else if (!equal(before, after)) {
    out.push_back({path, before, after});
  }
}

}  // namespace kairon::diff
