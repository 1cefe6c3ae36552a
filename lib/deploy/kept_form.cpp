#include "deploy/kept_form.h"

#include <algorithm>
#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::deploy {

namespace {

using n8n::Tree;

class FormKeeper {
 public:
  explicit FormKeeper(const json::Document& document) : text_(document.text()) {
    const json::Value root = document.root();
    if (root.begin() != root.end()) {
      const std::string_view lead = lead_of(*root.begin(), root.begin_offset() + 1);
      unit_ = std::string(lead.substr(std::min(lead.rfind('\n') + 1, lead.size())));
    }
    if (text::contains(text_, "\r\n")) line_end_ = "\r\n";
  }

  std::string value(const json::Value& old, const Tree& base, const Tree& wanted) const {
    if (base == wanted) return std::string(old.raw());
    if (old.is_object() && base.is_object() && wanted.is_object()) return object(old, base, wanted);
    const bool lists = old.is_array() && base.is_array() && wanted.is_array();
    if (lists && !old.empty() && old.size() == base.items().size()) return array(old, base, wanted);
    return fresh(wanted, indentation_at(old.begin_offset()));
  }

 private:
  /// The blanks before a member or an element, after `from` or a comma.
  std::string_view lead_of(const json::Value& child, std::size_t from) const {
    const std::size_t begin = child.key_value().present() ? child.key_value().begin_offset() : child.begin_offset();
    std::string_view gap = text_.substr(from, begin - from);
    if (const std::size_t comma = gap.find(','); comma != std::string_view::npos) gap.remove_prefix(comma + 1);
    return gap;
  }

  std::string indentation_at(std::size_t offset) const {
    const std::size_t line = offset == 0 ? 0 : text_.rfind('\n', offset - 1) + 1;
    const std::size_t end = text_.find_first_not_of(" \t", line);
    return std::string(text_.substr(line, std::min(end, offset) - line));
  }

  /// A value that the file does not have; on one line where the file has no others.
  std::string fresh(const Tree& wanted, const std::string& indentation) const {
    if (unit_.empty()) return wanted.dump();
    std::string out;
    const std::string written = wanted.dump(json::Writer::Style::pretty);
    for (const std::string_view line : text::split(written, '\n')) {
      constexpr std::size_t kWritten = 2;
      const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
      if (!out.empty()) out += line_end_ + indentation;
      for (std::size_t i = 0; i < blanks / kWritten; ++i) out += unit_;
      out += line.substr(blanks);
    }
    return out;
  }

  std::string joined(const json::Value& old, const std::vector<std::string>& parts) const {
    std::size_t last = old.begin_offset() + 1;
    for (const json::Value child : old) last = child.end_offset();
    std::string out(1, text_[old.begin_offset()]);
    out += text::join(parts, ",");
    out += parts.empty() ? std::string_view() : text_.substr(last, old.end_offset() - 1 - last);
    return out + text_[old.end_offset() - 1];
  }

  /// What comes before a new child of a container that has children: that of its second one, else of its first.
  std::string new_lead(const json::Value& old) const {
    std::string_view lead;
    std::size_t from = old.begin_offset() + 1;
    std::size_t count = 0;
    for (const json::Value child : old) {
      if (count++ < 2) lead = lead_of(child, from);
      from = child.end_offset();
    }
    return std::string(lead);
  }

  static std::string indentation_of(const std::string& lead) {
    const std::size_t line = lead.rfind('\n');
    return line == std::string::npos ? std::string() : lead.substr(line + 1);
  }

  std::string object(const json::Value& old, const Tree& base, const Tree& wanted) const {
    if (old.empty()) return fresh(wanted, indentation_at(old.begin_offset()));
    std::vector<std::string> parts;
    std::size_t from = old.begin_offset() + 1;
    for (const json::Value child : old) {
      const std::string key(child.key());
      const Tree* next = wanted.find(key);
      const std::string_view lead = lead_of(child, from);
      from = child.end_offset();
      if (next == nullptr && base.has(key)) continue;
      const std::size_t name = child.key_value().begin_offset();
      const std::string head = std::string(lead) + std::string(text_.substr(name, child.begin_offset() - name));
      parts.push_back(head + (next == nullptr ? std::string(child.raw()) : value(child, base[key], *next)));
    }
    const std::string lead = new_lead(old);
    for (const auto& [key, next] : wanted.members()) {
      if (old[key].present() || (base.has(key) && base[key] == next)) continue;
      parts.push_back(lead + Tree(key).dump() + (unit_.empty() ? ":" : ": ") + fresh(next, indentation_of(lead)));
    }
    return joined(old, parts);
  }

  static bool is_same(const Tree& a, const Tree& b) {
    if (a == b) return true;
    for (const char* key : {"id", "name"})
      if (!a[key].string().empty() && a[key].string() == b[key].string()) return true;
    return false;
  }

  std::string array(const json::Value& old, const Tree& base, const Tree& wanted) const {
    std::vector<json::Value> children;
    std::vector<std::string> leads;
    std::size_t from = old.begin_offset() + 1;
    for (const json::Value child : old) {
      children.push_back(child);
      leads.emplace_back(lead_of(child, from));
      from = child.end_offset();
    }
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < wanted.items().size(); ++i) {
      const Tree& next = wanted.items()[i];
      const Tree::Array& own = base.items();
      const auto same = std::find_if(own.begin(), own.end(), [&next](const Tree& one) { return is_same(one, next); });
      const bool by_place = same == own.end() && i < own.size() && !next.has("name");
      const std::size_t at = by_place ? i : static_cast<std::size_t>(same - own.begin());
      const std::string lead = i == 0 ? leads.front() : leads[std::min(i, leads.size() - 1)];
      parts.push_back(lead +
                      (at < own.size() ? value(children[at], own[at], next) : fresh(next, indentation_of(lead))));
    }
    return joined(old, parts);
  }

  std::string_view text_;
  std::string unit_;  ///< one step of indentation, "" for a file of one line
  std::string line_end_ = "\n";
};

}  // namespace

std::string kept_form(const std::string& before, const Tree& base, const Tree& wanted) {
  const json::Document::Parsed parsed = json::Document::parse(before);
  if (!parsed.document) return wanted.dump(json::Writer::Style::pretty) + "\n";
  const json::Value root = parsed.document->root();
  const std::string_view text = parsed.document->text();
  return std::string(text.substr(0, root.begin_offset())) + FormKeeper(*parsed.document).value(root, base, wanted) +
         std::string(text.substr(root.end_offset()));
}

std::string free_path(const std::string& folder, const std::string& name,
                      const std::function<bool(const std::string&)>& taken) {
  std::string stem = name;
  for (char& c : stem)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f' || c == '/' || c == '\\') c = '_';
  if (stem.starts_with('.')) stem.front() = '_';
  std::string path = folder + stem + ".json";
  for (int number = 2; taken(path); ++number) path = format("{}{}_{}.json", folder, stem, number);
  return path;
}

}  // namespace kairon::deploy
