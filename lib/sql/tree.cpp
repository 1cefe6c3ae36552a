#include "sql/tree.h"

#include <algorithm>
#include <charconv>

namespace kairon::sql {

/// One pass over the JSON that libpg_query writes: no blanks to expect inside, numbers are whole,
/// nesting is kept on a stack of our own.
class Tree::Reader {
 public:
  explicit Reader(Tree& tree) : tree_(tree), json_(tree.json_) {}

  /// False when the text is not JSON.
  [[nodiscard]] bool read() {
    tree_.values_.reserve(json_.size() / 16 + 4);
    std::string_view key;
    for (skip(); at_ < json_.size(); skip()) {
      const char c = json_[at_];
      if (c == ',') {
        ++at_;
      } else if (c == '}' || c == ']') {
        ++at_;
        if (open_.empty()) return false;
        open_.pop_back();
      } else if (c == '"' && in_object() && key.empty()) {
        key = text();
        skip();
        if (at_ >= json_.size() || json_[at_] != ':' || key.empty()) return false;
        ++at_;
      } else {
        if (!value(key)) return false;
        key = {};
      }
    }
    return open_.empty() && !tree_.values_.empty();
  }

 private:
  [[nodiscard]] bool in_object() const {
    return !open_.empty() && tree_.values_[open_.back()].kind == Node::Kind::object;
  }

  void skip() {
    while (at_ < json_.size() && (json_[at_] == ' ' || json_[at_] == '\n')) ++at_;
  }

  [[nodiscard]] bool value(std::string_view key) {
    if (open_.empty() && !tree_.values_.empty()) return false;
    Item item;
    item.key = key;
    const char c = json_[at_];
    bool nested = false;
    if (c == '{' || c == '[') {
      item.kind = c == '{' ? Node::Kind::object : Node::Kind::array;
      nested = true;
      ++at_;
    } else if (c == '"') {
      item.kind = Node::Kind::string;
      item.text = text();
    } else {
      const std::size_t end = std::min(json_.find_first_of(",]} \n", at_), json_.size());
      item.text = json_.substr(at_, end - at_);
      item.kind = c == 't' || c == 'f' || c == 'n' ? Node::Kind::boolean : Node::Kind::number;
      if (end == at_) return false;
      at_ = end;
    }
    append(item);
    if (nested) open_.push_back(static_cast<std::uint32_t>(tree_.values_.size() - 1));
    return true;
  }

  void append(const Item& item) {
    const auto index = static_cast<std::uint32_t>(tree_.values_.size());
    tree_.values_.push_back(item);
    if (open_.empty()) return;
    Item& parent = tree_.values_[open_.back()];
    if (parent.size != 0) tree_.values_[parent.last].next = index;
    parent.last = index;
    ++parent.size;
  }

  std::string_view text() {
    const std::size_t begin = ++at_;
    bool escaped = false;
    while (at_ < json_.size() && json_[at_] != '"') {
      if (json_[at_] == '\\') {
        escaped = true;
        ++at_;
      }
      ++at_;
    }
    const std::size_t end = std::min(at_, json_.size());
    ++at_;
    const std::string_view raw = json_.substr(begin, end - begin);
    return escaped ? decode(raw) : raw;
  }

  // Only control characters are written as \u escapes; everything else stays UTF-8.
  std::string_view decode(std::string_view raw) {
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\' || i + 1 >= raw.size()) {
        out += raw[i];
        continue;
      }
      const char c = raw[++i];
      constexpr std::string_view kNames = "bfnrt";
      if (const std::size_t name = kNames.find(c); name != std::string_view::npos) {
        out += "\b\f\n\r\t"[name];
      } else if (c == 'u' && i + 4 < raw.size()) {
        unsigned code = 0;
        std::from_chars(raw.data() + i + 1, raw.data() + i + 5, code, 16);
        out += static_cast<char>(code & 0x7FU);
        i += 4;
      } else {
        out += c;
      }
    }
    return tree_.decoded_.emplace_back(std::move(out));
  }

  Tree& tree_;
  std::string_view json_;
  std::size_t at_ = 0;
  std::vector<std::uint32_t> open_;
};

Tree::Tree(std::string json) : json_(std::move(json)) {
  if (!Reader(*this).read()) values_.clear();
}

Node::Kind Node::kind() const noexcept { return present() ? tree_->values_[index_].kind : Kind::absent; }

std::string_view Node::string() const noexcept {
  return kind() == Kind::string ? tree_->values_[index_].text : std::string_view{};
}

long long Node::integer(long long otherwise) const noexcept {
  if (kind() != Kind::number) return otherwise;
  const std::string_view text = tree_->values_[index_].text;
  long long number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool Node::boolean() const noexcept { return kind() == Kind::boolean && tree_->values_[index_].text == "true"; }

std::size_t Node::size() const noexcept { return present() ? tree_->values_[index_].size : 0; }

Node Node::operator[](std::string_view key) const noexcept {
  for (const Node child : *this) {
    if (child.key() == key) return child;
  }
  return {};
}

Node Node::at(std::size_t index) const noexcept {
  for (const Node child : *this) {
    if (index-- == 0) return child;
  }
  return {};
}

Node Node::last() const noexcept { return empty() ? Node{} : Node{tree_, tree_->values_[index_].last}; }

std::string_view Node::key() const noexcept { return present() ? tree_->values_[index_].key : std::string_view{}; }

std::string_view Node::name() const noexcept {
  const Node content = (*this)["String"];
  const Node value = content["sval"];
  return value ? value.string() : content["str"].string();
}

// Children follow their parent at once: the first child of a container is the next value.
Node::Iterator Node::begin() const noexcept { return Iterator(empty() ? Node{} : Node{tree_, index_ + 1}); }
Node::Iterator Node::end() const noexcept { return Iterator(Node{}); }

Node::Iterator& Node::Iterator::operator++() noexcept {
  const std::uint32_t next = current_.tree_->values_[current_.index_].next;
  current_ = next == 0 ? Node{} : Node{current_.tree_, next};
  return *this;
}

}  // namespace kairon::sql
