#include "diff/align.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace kairon::diff {

namespace {

/// Larger tables are not filled: the elements pair by their place then.
constexpr std::size_t kMostCells = 1'000'000;

using Elements = std::vector<json::Value>;
using Keys = std::vector<std::string_view>;

Elements elements_of(const json::Value& array) {
  Elements elements;
  elements.reserve(array.size());
  for (const json::Value value : array) elements.push_back(value);
  return elements;
}

/// The member's text of every element; empty when an element lacks it or two share one.
Keys keys_of(const Elements& elements, std::string_view member) {
  Keys keys;
  std::set<std::string_view> seen;
  for (const json::Value& element : elements) {
    const json::Value key = element.is_object() ? element[member] : json::Value{};
    if (!key.is_string() || key.string().empty() || !seen.insert(key.string()).second) return {};
    keys.push_back(key.string());
  }
  return keys;
}

class Alignment {
 public:
  Alignment(const json::Value& before, const json::Value& after)
      : old_(elements_of(before)), fresh_(elements_of(after)) {}

  std::vector<Aligned> go() {
    choose_keys();
    std::size_t first = 0;
    while (first < old_.size() && first < fresh_.size() && same(first, first)) pair(first, first), ++first;
    std::size_t end_old = old_.size();
    std::size_t end_fresh = fresh_.size();
    while (end_old > first && end_fresh > first && same(end_old - 1, end_fresh - 1)) --end_old, --end_fresh;
    middle(first, end_old, end_fresh);
    for (; end_old < old_.size(); ++end_old, ++end_fresh) pair(end_old, end_fresh);
    return std::move(out_);
  }

 private:
  void choose_keys() {
    for (const std::string_view member : {"id", "name", "key", "displayName", "outputKey", "fieldName"}) {
      old_keys_ = keys_of(old_, member);
      fresh_keys_ = keys_of(fresh_, member);
      keyed_ = !old_keys_.empty() && !fresh_keys_.empty();
      if (keyed_) return;
    }
  }

  [[nodiscard]] bool same(std::size_t i, std::size_t j) const {
    return keyed_ ? old_keys_[i] == fresh_keys_[j] : equal(old_[i], fresh_[j]);
  }

  /// The longest common subsequence of what lies between the equal ends.
  void middle(std::size_t first, std::size_t end_old, std::size_t end_fresh) {
    const std::size_t rows = end_old - first;
    const std::size_t columns = end_fresh - first;
    if (rows * columns > kMostCells) return gap(first, end_old, first, end_fresh);
    std::vector<std::vector<unsigned>> length(rows + 1, std::vector<unsigned>(columns + 1, 0));
    std::vector<std::vector<bool>> hit(rows, std::vector<bool>(columns));
    for (std::size_t i = rows; i-- > 0;) {
      for (std::size_t j = columns; j-- > 0;) {
        hit[i][j] = same(first + i, first + j);
        length[i][j] = hit[i][j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
      }
    }
    std::size_t i = 0, j = 0, open_old = 0, open_fresh = 0;
    while (i < rows && j < columns) {
      if (hit[i][j]) {
        gap(first + open_old, first + i, first + open_fresh, first + j);
        pair(first + i, first + j);
        open_old = ++i;
        open_fresh = ++j;
      } else if (length[i + 1][j] >= length[i][j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
    gap(first + open_old, end_old, first + open_fresh, end_fresh);
  }

  void gap(std::size_t i, std::size_t end_old, std::size_t j, std::size_t end_fresh) {
    // Elements with names of their own are different things: replaced, not changed.
    while (!keyed_ && i < end_old && j < end_fresh) pair(i++, j++);
    for (; i < end_old; ++i) out_.push_back({i, kNone, old_[i], {}});
    for (; j < end_fresh; ++j) out_.push_back({kNone, j, {}, fresh_[j]});
  }

  void pair(std::size_t i, std::size_t j) { out_.push_back({i, j, old_[i], fresh_[j]}); }

  Elements old_;
  Elements fresh_;
  Keys old_keys_;
  Keys fresh_keys_;
  bool keyed_ = false;
  std::vector<Aligned> out_;
};

}  // namespace

std::vector<Aligned> align(const json::Value& before, const json::Value& after) {
  return Alignment(before, after).go();
}

}  // namespace kairon::diff
