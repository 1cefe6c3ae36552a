#include "json/document.h"

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <tuple>
#include <unordered_map>

#include "base/format.h"
#include "base/text.h"
#include "json/node.h"
#include "json/syntax_error.h"

namespace kairon::json {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr const char* kNulAfterEnd = "a NUL byte after the end of the document";
constexpr const char* kTextAfterEnd = "text after the end of the document";

/// At most so many duplicate keys are reported.
constexpr std::size_t kMostDuplicates = 1000;

/// RapidJSON's input stream over our text; Tell() is the byte offset in the file.
class Input {
 public:
  using Ch = char;
  Input(std::string_view text, std::size_t start) : text_(text), at_(start) {}

  [[nodiscard]] Ch Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  Ch Take() {
    const Ch c = Peek();
    ++at_;
    return c;
  }
  [[nodiscard]] std::size_t Tell() const { return at_; }
  static Ch* PutBegin() { return nullptr; }
  static void Put(Ch /*c*/) {}
  static void Flush() {}
  static std::size_t PutEnd(Ch* /*begin*/) { return 0; }

 private:
  std::string_view text_;
  std::size_t at_;
};

bool is_surrogate(std::string_view escape, std::string_view leads) {
  return escape.size() >= 6 && escape.starts_with("\\u") && (escape[2] == 'd' || escape[2] == 'D') &&
         leads.find(escape[3]) != std::string_view::npos;
}

/// The text with what JSON.parse takes and RapidJSON does not in another form of the same length: exponents are 0 (a
/// number may be Infinity), and half of a surrogate pair is U+FFFD, which it becomes as soon as it is written as UTF-8.
std::string as_rapidjson_takes_it(std::string_view original) {
  constexpr std::string_view kHigh = "89abAB";
  constexpr std::string_view kExponent = "+-0123456789";
  constexpr std::string_view kLow = "cdefCDEF";
  std::string text(original);
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') in_string = !in_string;
    if (in_string && text[i] == '\\') {
      const std::string_view rest = original.substr(i);
      const bool pair = is_surrogate(rest, kHigh) && rest.size() >= 12 && is_surrogate(rest.substr(6), kLow);
      if (pair) {
        i += 11;
      } else if (is_surrogate(rest, kHigh) || is_surrogate(rest, kLow)) {
        text.replace(i + 2, 4, "fffd");
        i += 5;
      } else {
        ++i;
      }
    } else if (!in_string && (text[i] == 'e' || text[i] == 'E') && i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9') {
      for (std::size_t digit = i + 1; digit < text.size() && kExponent.find(text[digit]) != std::string_view::npos;
           ++digit)
        if (text[digit] != '+' && text[digit] != '-') text[digit] = '0';
    }
  }
  return text;
}

bool may_be_taken(rapidjson::ParseErrorCode code) {
  return code == rapidjson::kParseErrorNumberTooBig || code == rapidjson::kParseErrorStringUnicodeSurrogateInvalid;
}

bool is_separator(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':'; }

constexpr unsigned kFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

}  // namespace

/// Receives RapidJSON's events and lays the nodes out in file order. Between the end of one token
/// and the begin of the next there are only blanks, commas and colons: that is how the begin of a
/// token is known although SAX events come after it.
class Builder {
 public:
  Builder(Document& document, const Input& input, std::size_t start)
      : document_(document), input_(input), last_end_(start) {}

  bool Null() { return scalar(Type::null); }
  bool Bool(bool value) {
    const bool good = scalar(Type::boolean);
    document_.nodes_.back().flag = value;
    return good;
  }
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return scalar(Type::number); }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    const bool good = scalar(Type::string);
    keep_string(document_.nodes_.back(), {text, length});
    return good;
  }

  bool StartObject() { return open(Type::object); }
  bool StartArray() { return open(Type::array); }

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    Document::Node& node = append(Type::string);
    keep_string(node, {text, length});
    node.is_key = true;
    pending_key_ = static_cast<std::uint32_t>(document_.nodes_.size() - 1);
    return true;
  }

  bool EndObject(rapidjson::SizeType) {
    find_duplicates(open_.back());
    return close();
  }
  bool EndArray(rapidjson::SizeType) { return close(); }

  [[nodiscard]] bool too_deep() const { return too_deep_; }

 private:
  Document::Node& append(Type type) {
    const std::string_view text = document_.text_;
    while (last_end_ < text.size() && is_separator(text[last_end_])) ++last_end_;
    Document::Node node;
    node.type = type;
    node.begin = static_cast<std::uint32_t>(last_end_);
    last_end_ = input_.Tell();
    node.end = static_cast<std::uint32_t>(last_end_);
    document_.nodes_.push_back(node);
    return document_.nodes_.back();
  }

  bool scalar(Type type) {
    append(type);
    link();
    return true;
  }

  /// Makes the last node a child of the innermost open container.
  void link() {
    const auto index = static_cast<std::uint32_t>(document_.nodes_.size() - 1);
    document_.nodes_[index].key = pending_key_;
    pending_key_ = Document::Node::kNone;
    if (open_.empty()) return;
    Open& parent = open_.back();
    Document::Node& container = document_.nodes_[parent.node];
    if (parent.last_child == Document::Node::kNone) {
      container.first_child = index;
    } else {
      document_.nodes_[parent.last_child].next = index;
    }
    parent.last_child = index;
    ++container.count;
  }

  bool open(Type type) {
    if (open_.size() >= kMaxDepth) {
      too_deep_ = true;
      return false;
    }
    Document::Node& bracket = append(type);
    last_end_ = bracket.begin + 1U;
    link();
    open_.push_back({static_cast<std::uint32_t>(document_.nodes_.size() - 1), Document::Node::kNone});
    return true;
  }

  /// RapidJSON reports the end before it has taken the bracket in some versions and after it in
  /// others: look for it from the last token on.
  bool close() {
    const std::string_view text = document_.text_;
    while (last_end_ < text.size() && is_separator(text[last_end_])) ++last_end_;
    ++last_end_;
    document_.nodes_[open_.back().node].end = static_cast<std::uint32_t>(last_end_);
    open_.pop_back();
    return true;
  }

  void keep_string(Document::Node& node, std::string_view decoded) {
    if (node.end - node.begin == decoded.size() + 2) return;  // no escapes: the text itself serves
    document_.decoded_.push_back(std::make_unique<std::string>(decoded));
    node.decoded = static_cast<std::uint32_t>(document_.decoded_.size() - 1);
  }

  struct Open {
    std::uint32_t node;
    std::uint32_t last_child;
  };

  void find_duplicates(const Open& object) {
    const Document::Node& container = document_.nodes_[object.node];
    if (container.count < 2) return;
    // clear() costs what the largest object before needed.
    if (seen_.bucket_count() > std::size_t{4} * container.count + 64) seen_ = {};
    seen_.clear();
    seen_.reserve(container.count);
    for (std::uint32_t child = container.first_child; child != Document::Node::kNone;
         child = document_.nodes_[child].next) {
      const std::uint32_t key = document_.nodes_[child].key;
      const auto [earlier, fresh] = seen_.try_emplace(document_.string_of(key), key);
      if (fresh || document_.duplicates_.size() == kMostDuplicates) continue;
      document_.duplicates_.push_back({std::string(earlier->first),
                                       document_.position(document_.nodes_[earlier->second].begin),
                                       document_.position(document_.nodes_[key].begin)});
    }
  }

  Document& document_;
  const Input& input_;
  std::size_t last_end_;
  std::uint32_t pending_key_ = Document::Node::kNone;
  std::vector<Open> open_;
  std::unordered_map<std::string_view, std::uint32_t> seen_;
  bool too_deep_ = false;
};

Document::Document() = default;
Document::~Document() = default;

Document::Parsed Document::parse(std::string text) {
  std::unique_ptr<Document> document(new Document);
  document->text_ = std::move(text);
  const auto fail = [&document](std::string message, std::size_t offset) {
    const std::size_t at = std::min(offset, document->text_.size());
    SyntaxError error{std::move(message), at, document->position(at)};
    return Parsed{nullptr, std::move(error)};
  };
  if (document->text_.size() > kMaxBytes) return fail(format("file is larger than {} MiB", kMaxBytes >> 20U), 0);
  const std::size_t start = std::string_view(document->text_).starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  if (const std::size_t bad = text::invalid_utf8(document->text_); bad != std::string_view::npos) {
    return fail("invalid UTF-8", bad);
  }
  document->nodes_.reserve(document->text_.size() / 16 + 4);
  std::string other;
  const auto read = [&](std::string_view source, bool& too_deep) {
    Input input(source, start);
    Builder builder(*document, input, start);
    rapidjson::Reader reader;
    const rapidjson::ParseResult result = reader.Parse<kFlags>(input, builder);
    too_deep = builder.too_deep();
    return std::pair(result, input.Tell());
  };
  bool too_deep = false;
  auto [result, end] = read(document->text_, too_deep);
  if (result.IsError() && may_be_taken(result.Code())) {
    std::unique_ptr<Document> again(new Document);
    again->text_ = std::move(document->text_);
    document = std::move(again);
    other = as_rapidjson_takes_it(document->text_);
    std::tie(result, end) = read(other, too_deep);
  }
  if (!result.IsError()) {
    // RapidJSON takes a NUL for the end of its input; JSON.parse and RFC 8259 do not.
    const std::size_t rest = document->text_.find_first_not_of(kBlanks, end);
    if (rest == std::string::npos) return Parsed{std::move(document), std::nullopt};
    return fail(document->text_[rest] == '\0' ? kNulAfterEnd : kTextAfterEnd, rest);
  }
  if (too_deep) return fail(format("nested deeper than {} levels", kMaxDepth), result.Offset());
  internal::Explanation why =
      internal::explain_syntax_error(document->text_, result.Offset(), rapidjson::GetParseError_En(result.Code()));
  return fail(std::move(why.message), why.offset);
}

Value Document::root() const noexcept { return nodes_.empty() ? Value() : Value(this, 0); }

Position Document::position(std::size_t offset) const {
  if (line_starts_.empty()) {
    line_starts_.push_back(std::string_view(text_).starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '\n') line_starts_.push_back(i + 1);
    }
  }
  const auto after = std::upper_bound(line_starts_.begin() + 1, line_starts_.end(), offset);
  const std::size_t begin = *(after - 1);
  Position position;
  position.line = static_cast<std::size_t>(after - line_starts_.begin());
  position.column = offset < begin ? 1 : counted_.between(text_, begin, offset) + 1;
  return position;
}

std::string_view Document::string_of(std::uint32_t index) const noexcept {
  const Node& node = nodes_[index];
  if (node.decoded != Node::kNone) return *decoded_[node.decoded];
  return std::string_view(text_).substr(node.begin + 1, node.end - node.begin - 2);
}

}  // namespace kairon::json
