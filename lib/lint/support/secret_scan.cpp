#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <unordered_map>

#include "base/text.h"
#include "lint/support/secrets.h"

namespace kairon::lint {
namespace {

/// What is tried at a trigger: a shape, or the rule's own function.
struct Candidate {
  const SecretRule* rule = nullptr;
  const TokenShape* shape = nullptr;
};

std::uint32_t three_bytes(const char* at) {
  return static_cast<unsigned char>(at[0]) | static_cast<std::uint32_t>(static_cast<unsigned char>(at[1])) << 8U |
         static_cast<std::uint32_t>(static_cast<unsigned char>(at[2])) << 16U;
}

/// All kinds by the first three bytes of what they begin with, after a filter that almost every place
/// of ordinary text fails: a scan looks at each byte once.
class TriggerTable {
 public:
  TriggerTable() {
    for (const SecretRule* rule : secret_rules()) {
      for (const TokenShape& shape : rule->shapes) add(shape.prefix, {rule, &shape});
      for (const std::string_view trigger : text::split(rule->triggers, ' ')) {
        if (trigger.empty()) continue;
        if (rule->any_case) {
          add_any_case(trigger, {rule, nullptr});
        } else {
          add(trigger, {rule, nullptr});
        }
      }
    }
  }

  /// The candidates at a place with three bytes to read, null when there are none.
  [[nodiscard]] const std::vector<Candidate>* at(const char* place) const {
    const std::uint32_t key = three_bytes(place);
    if (!filter_[slot(key)]) return nullptr;
    const auto hit = candidates_.find(key);
    return hit == candidates_.end() ? nullptr : &hit->second;
  }

 private:
  static std::size_t slot(std::uint32_t key) { return (key * 2654435761U) >> 16U; }

  void add(std::string_view trigger, Candidate candidate) {
    const std::uint32_t key = three_bytes(trigger.data());
    filter_[slot(key)] = true;
    std::vector<Candidate>& list = candidates_[key];
    const auto same = [&](const Candidate& other) {
      return other.rule == candidate.rule && other.shape == candidate.shape;
    };
    if (std::none_of(list.begin(), list.end(), same)) list.push_back(candidate);
  }

  void add_any_case(std::string_view trigger, Candidate candidate) {
    for (unsigned bits = 0; bits < 8; ++bits) {
      std::string form = text::lower(trigger.substr(0, 3));
      for (unsigned i = 0; i < 3; ++i)
        if ((bits >> i & 1U) != 0) form[i] = text::upper(std::string_view(&form[i], 1)).front();
      add(form, candidate);
    }
  }

  std::bitset<65536> filter_;
  std::unordered_map<std::uint32_t, std::vector<Candidate>> candidates_;
};

const TriggerTable& trigger_table() {
  static const TriggerTable kTable;
  return kTable;
}

std::size_t priority_of(const SecretRule* rule) {
  const auto rules = secret_rules();
  return static_cast<std::size_t>(std::find(rules.begin(), rules.end(), rule) - rules.begin());
}

void scan_plain(std::string_view text, std::vector<Secret>& found) {
  const TriggerTable& table = trigger_table();
  for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
    const std::vector<Candidate>* candidates = table.at(text.data() + at);
    if (candidates == nullptr) continue;
    for (const Candidate& one : *candidates) {
      const auto match = one.shape != nullptr ? secret::match_shape(*one.shape, text, at) : one.rule->match(text, at);
      if (match) found.push_back({one.rule, *match});
    }
  }
}

/// Shortest base64 that may hold a secret: sixteen bytes.
constexpr std::size_t kShortestEncoded = 24;
constexpr int kDeepestEncoding = 2;

constexpr std::array<bool, 256> kIsBase64 = [] {
  std::array<bool, 256> is{};
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
  for (const char c : kAlphabet) is[static_cast<unsigned char>(c)] = true;
  return is;
}();

bool is_base64_byte(char c) { return kIsBase64[static_cast<unsigned char>(c)]; }

/// Length of the line end at `at`, or of the two characters that mean one in a quoted text.
std::size_t line_end_size(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "\r\n" || text.substr(at, 2) == "\\n") return 2;
  if (text.substr(at, 4) == "\\r\\n") return 4;
  return at < text.size() && text[at] == '\n' ? 1 : 0;
}

/// The run of base64 at `at`, lines of the usual 60 to 76 characters joined.
std::string take_encoded(std::string_view text, std::size_t& at) {
  std::string run;
  for (;;) {
    const std::size_t end = secret::run_end(text, at, is_base64_byte);
    const std::size_t length = end - at;
    run += text.substr(at, length);
    at = end;
    const std::size_t skip = line_end_size(text, at);
    const bool wrapped = length >= 60 && length <= 76 && length % 4 == 0 && skip != 0;
    if (!wrapped || at + skip >= text.size() || !is_base64_byte(text[at + skip])) return run;
    at += skip;
  }
}

std::vector<Secret> scan(std::string_view text, int depth);

/// What base64 in the text decodes to is searched like the text.
void scan_encoded(std::string_view text, int depth, std::vector<Secret>& found) {
  // A run of that length covers one of these places, so that short words cost one look.
  constexpr std::size_t kStep = kShortestEncoded;
  for (std::size_t probe = kStep - 1; probe < text.size(); probe += kStep) {
    if (!is_base64_byte(text[probe])) continue;
    std::size_t begin = probe;
    while (begin + kStep > probe + 1 && begin > 0 && is_base64_byte(text[begin - 1])) --begin;
    std::size_t end = begin;
    const std::string run = take_encoded(text, end);
    if (run.size() >= kShortestEncoded) {
      const auto decoded = secret::decode_base64(run);
      if (decoded) {
        const std::vector<Secret> inner = scan(*decoded, depth + 1);
        if (!inner.empty()) found.push_back({inner.front().rule, {begin, end, inner.front().match.what, true}});
      }
    }
    while (probe + kStep < end) probe += kStep;
  }
}

bool overlap(const SecretMatch& a, const SecretMatch& b) { return a.begin < b.end && b.begin < a.end; }

/// Of two that overlap the one of the rule registered first stays.
std::vector<Secret> without_overlaps(std::vector<Secret> found) {
  if (found.size() < 2) return found;
  const auto by_place = [](const Secret& a, const Secret& b) { return a.match.begin < b.match.begin; };
  std::stable_sort(found.begin(), found.end(), by_place);
  std::vector<Secret> kept;
  for (const Secret& secret : found) {
    if (kept.empty() || !overlap(kept.back().match, secret.match)) {
      kept.push_back(secret);
    } else if (priority_of(secret.rule) < priority_of(kept.back().rule)) {
      kept.back() = secret;
    }
  }
  return kept;
}

std::vector<Secret> scan(std::string_view text, int depth) {
  std::vector<Secret> found;
  scan_plain(text, found);
  if (depth < kDeepestEncoding) scan_encoded(text, depth, found);
  return without_overlaps(std::move(found));
}

}  // namespace

std::vector<Secret> find_secrets(std::string_view text) { return scan(text, 0); }

}  // namespace kairon::lint
