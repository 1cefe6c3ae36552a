#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/format.h"
#include "base/text.h"
#include "postgres/snapshot.h"

namespace kairon::postgres {

namespace {

bool is_relation(std::string_view kind) {
  static const std::set<std::string_view> kKinds = {"table", "view", "materialized view", "foreign table",
                                                    "composite type"};
  return kKinds.contains(kind);
}

/// Kinds whose names are those of their relation, a dot, and one of their own.
bool is_inside_relation(std::string_view kind) {
  static const std::set<std::string_view> kKinds = {"column",           "constraint", "trigger",
                                                    "internal trigger", "rule",       "policy"};
  return kKinds.contains(kind);
}

std::string before_last_dot(std::string_view name) { return std::string(name.substr(0, name.rfind('.'))); }

std::string after_last_dot(std::string_view name) { return std::string(name.substr(name.rfind('.') + 1)); }

/// The table of "CREATE INDEX i ON public.t USING btree (n)".
std::string table_of_index(std::string_view definition) {
  const std::size_t at = definition.find(" ON ");
  if (at == std::string_view::npos) return {};
  std::string_view rest = definition.substr(at + 4);
  if (rest.starts_with("ONLY ")) rest.remove_prefix(5);
  return std::string(rest.substr(0, rest.find(" USING ")));
}

/// The relation of "table public.t", "table column public.t.n" and "trigger x on public.t": the last word, or what
/// is before its last dot.
std::vector<std::string> relations_of_comment(std::string_view name) {
  const std::string word(name.substr(name.rfind(' ') + 1));
  return {word, before_last_dot(word)};
}

/// Finds the whole that a change is a part of. A whole came or went in the same way as its parts.
class Wholes {
 public:
  explicit Wholes(const std::vector<SchemaChange>& changes) : changes_(changes) {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const SchemaChange& one = changes[i];
      if (one.kind == "column" && one.difference != Difference::changed)
        reordered_.emplace(before_last_dot(one.name), i);
      if (one.kind == "constraint")
        constraints_.emplace(
            std::tuple(one.difference, before_last_dot(before_last_dot(one.name)), after_last_dot(one.name)), i);
      if (one.parent.empty() && is_inside_relation(one.kind))
        of_parents_.emplace(std::tuple(one.difference, one.kind, after_last_dot(one.name)), i);
      if (one.difference == Difference::changed) continue;
      if (one.kind == "index") indexes_.emplace(std::pair(one.difference, one.name), i);
      if (is_relation(one.kind)) relations_.emplace(std::pair(one.difference, one.name), i);
      if (one.kind == "schema") schemas_.emplace(std::pair(one.difference, one.name), i);
    }
  }

  /// Nothing for a change that follows from no other.
  [[nodiscard]] std::optional<std::size_t> of(const SchemaChange& one) const {
    if (one.kind == "column order" && one.difference == Difference::changed) return found(reordered_, one.name);
    if (one.difference != Difference::changed)
      if (const auto whole =
              found(is_relation(one.kind) ? relations_ : indexes_, std::pair(one.difference, one.parent)))
        return whole;
    if (one.difference == Difference::changed || one.parent == "*")
      if (const auto whole = of_relation(one); whole || one.difference == Difference::changed) return whole;
    for (const std::string& relation : relations_around(one))
      if (const auto whole = found(relations_, std::pair(one.difference, relation))) return whole;
    if (one.kind == "index")
      if (const auto whole =
              found(constraints_, std::tuple(one.difference, before_last_dot(one.name), after_last_dot(one.name))))
        return whole;
    const std::string word = one.kind == "comment" ? relations_of_comment(one.name).front() : one.name;
    const bool qualified = word.find('.') != std::string::npos || one.name.starts_with("schema ");
    return qualified ? found(schemas_, std::pair(one.difference, word.substr(0, word.find('.')))) : std::nullopt;
  }

 private:
  using Way = std::pair<Difference, std::string>;

  /// What a table's column or constraint follows: the table, or its parent's column or constraint.
  [[nodiscard]] std::optional<std::size_t> of_relation(const SchemaChange& one) const {
    if (one.difference != Difference::changed)
      if (const auto table = found(relations_, std::pair(one.difference, before_last_dot(one.name)))) return table;
    if (one.parent != "*") return std::nullopt;
    const std::string last = after_last_dot(one.name);
    if (const auto same = found(of_parents_, std::tuple(one.difference, one.kind, last))) return same;
    // The server names a partition's own: its index leads to the parent's.
    const auto index =
        found(indexes_, std::pair(one.difference, before_last_dot(before_last_dot(one.name)) + "." + last));
    const bool leads =
        one.kind == "constraint" && index && indexes_.contains(std::pair(one.difference, changes_[*index].parent));
    return leads ? index : std::nullopt;
  }

  template <typename Map, typename Key>
  static std::optional<std::size_t> found(const Map& map, const Key& key) {
    const auto at = map.find(key);
    return at == map.end() ? std::nullopt : std::optional(at->second);
  }

  [[nodiscard]] static std::vector<std::string> relations_around(const SchemaChange& one) {
    if (is_inside_relation(one.kind)) return {before_last_dot(one.name)};
    if (one.kind == "column order") return {one.name};
    if (one.kind == "index") return {table_of_index(one.detail)};
    if (one.kind == "comment") return relations_of_comment(one.name);
    // A serial column's sequence: public.t_n_seq.
    std::vector<std::string> relations;
    if (one.kind == "sequence")
      for (std::size_t at = one.name.rfind('_'); at != std::string::npos && at > 0; at = one.name.rfind('_', at - 1))
        relations.push_back(one.name.substr(0, at));
    return relations;
  }

  const std::vector<SchemaChange>& changes_;
  std::map<Way, std::size_t> relations_;
  std::map<Way, std::size_t> schemas_;
  std::map<Way, std::size_t> indexes_;
  std::map<std::tuple<Difference, std::string, std::string>, std::size_t> of_parents_;  ///< by kind and last name
  std::map<std::tuple<Difference, std::string, std::string>, std::size_t> constraints_;
  std::map<std::string, std::size_t> reordered_;  ///< relations that got or lost a column
};

}  // namespace

std::string SchemaCause::line() const {
  if (parts == 0) return change.line();
  return format("{} (and {} of it)", change.line(), text::counted(parts, "part"));
}

std::vector<SchemaCause> causes_of(const std::vector<SchemaChange>& changes) {
  const Wholes wholes(changes);
  std::vector<std::size_t> parts(changes.size());
  std::vector<bool> folded(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    std::optional<std::size_t> whole = wholes.of(changes[i]);
    if (!whole) continue;
    folded[i] = true;
    while (const auto above = wholes.of(changes[*whole])) whole = above;
    ++parts[*whole];
  }
  std::vector<SchemaCause> causes;
  for (std::size_t i = 0; i < changes.size(); ++i)
    if (!folded[i]) causes.push_back({changes[i], parts[i]});
  return causes;
}

}  // namespace kairon::postgres
