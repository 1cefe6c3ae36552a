#include "postgres/snapshot.h"

#include <algorithm>
#include <array>
#include <functional>
#include <tuple>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "postgres/snapshot_parts.h"

namespace kairon::postgres {

namespace {

constexpr char kUnit = '\x1f';

/// The plan is made while the catalogs hold next to nothing, and no statistics say otherwise later. Nested loops, cheap
/// then, read every column of the schema once for each table; what replaces them looks dear, and would be compiled.
constexpr const char* kReading =
    "SELECT set_config('search_path', '', false), set_config('enable_nestloop', 'off', false), set_config('jit', "
    "'off', "
    "false)";

/// Replaces `$NAME(arguments)$` by what `make` returns for the comma-separated arguments.
std::string expand(std::string_view sql, std::string_view name,
                   const std::function<std::string(const std::vector<std::string_view>&)>& make) {
  const std::string begin = "$" + std::string(name) + "(";
  std::string out;
  for (;;) {
    const std::size_t at = sql.find(begin);
    if (at == std::string_view::npos) return out.append(sql);
    const std::size_t from = at + begin.size();
    const std::size_t to = sql.find(")$", from);
    out.append(sql.substr(0, at)).append(make(text::split(sql.substr(from, to - from), ',')));
    sql.remove_prefix(to + 2);
  }
}

/// The macros of the parts. An ACL of NULL means the default one, which GRANT followed by REVOKE
/// writes out: acldefault() makes both equal.
std::string expand_macros(std::string sql, int version) {
  using Arguments = std::vector<std::string_view>;
  const bool v14 = version >= 140000;
  const bool v15 = version >= 150000;
  sql = text::replace_all(sql, "$COMPRESSION$", v14 ? "'compression=' || nullif(a.attcompression, '')::text," : "");
  sql = text::replace_all(sql, "$PUBLISHED$",
                          v15 ? "coalesce(' columns ' || r.prattrs::text, '') || coalesce(' where ' || "
                                "pg_get_expr(r.prqual, r.prrelid), '')"
                              : "''");
  sql = text::replace_all(sql, "$PUBLISHEDSCHEMAS$",
                          v15 ? ", 'schemas=' || (SELECT string_agg(n.pnnspid::regnamespace::text, ',' ORDER BY "
                                "n.pnnspid::regnamespace::text) "
                                "FROM pg_publication_namespace n WHERE n.pnpubid = p.oid)"
                              : "");
  sql = expand(sql, "ACL", [](const Arguments& a) {
    return format(
        "(SELECT string_agg(i::text, ',' ORDER BY i::text) FROM unnest(coalesce({}, acldefault('{}', {}))) i)", a[0],
        a[1], a[2]);
  });
  sql = expand(sql, "SORTED", [](const Arguments& a) {
    // Most are NULL, and a subquery costs more than the question.
    return format(
        "(CASE WHEN {0} IS NOT NULL THEN (SELECT string_agg(i::text, ',' ORDER BY i::text) FROM unnest({0}) i) END)",
        a[0]);
  });
  // A view option that says what holds without it is not a difference.
  sql = expand(sql, "OPTIONS", [](const Arguments& a) {
    return format(
        "(SELECT string_agg(i::text, ',' ORDER BY i::text) FROM unnest({}) i WHERE i::text !~* "
        "'^security_(invoker|barrier)=(false|f|off|of|no|n|0)$')",
        a[0]);
  });
  sql = expand(sql, "ROLE", [](const Arguments& a) { return format("({})::regrole::text", a[0]); });
  sql = expand(sql, "REL", [](const Arguments& a) {
    return format("({0}.relnamespace::regnamespace || '.' || quote_ident({0}.relname))", a[0]);
  });
  sql = expand(sql, "USER", [](const Arguments& a) { return format("{} IN (SELECT oid FROM ours)", a[0]); });
  return expand(sql, "NOEXT", [](const Arguments& a) {
    return format("{1} NOT IN (SELECT objid FROM ext WHERE classid = '{0}'::regclass)", a[0], a[1]);
  });
}

SchemaObject object_of(const Reply& reply, std::size_t row) {
  SchemaObject object{std::string(reply.text(row, 0)), std::string(reply.text(row, 1)), {}};
  for (const std::string_view part : text::split(reply.text(row, 2), kUnit)) {
    const std::size_t mark = part.find('=');
    if (mark != std::string_view::npos) object.attributes.emplace(part.substr(0, mark), part.substr(mark + 1));
  }
  return object;
}

std::string one_line(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  constexpr std::size_t kMax = 200;
  if (text::code_points(out) > kMax) {
    std::size_t cut = kMax;
    while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
    out = out.substr(0, cut) + "...";
  }
  return text::printable(text::trim(out));
}

/// Two long values begin shortly before their first difference, so that people see it.
void cut_what_is_alike(std::string& a, std::string& b) {
  constexpr std::size_t kShort = 100;
  constexpr std::size_t kContext = 30;
  const auto first = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  const auto alike = static_cast<std::size_t>(first - a.begin());
  if (alike < kShort) return;
  std::size_t cut = alike - kContext;
  while (cut > 0 && (static_cast<unsigned char>(a[cut]) & 0xC0U) == 0x80U) --cut;
  for (std::string* one : {&a, &b}) *one = "..." + one->substr(cut);
}

/// What an added or removed object is, in few words: its definition, or all but owner and grants.
std::string summary(const SchemaObject& object) {
  if (const auto found = object.attributes.find("definition"); found != object.attributes.end())
    return one_line(found->second);
  std::string out;
  for (const auto& [name, value] : object.attributes) {
    if (name == "owner" || name == "grants") continue;
    const bool bare = name == "type" || name == "text" || name == "columns" || name == "labels";
    const std::string part = bare ? value : value == "yes" ? name : name + " " + value;
    out += (out.empty() ? "" : ", ") + part;
  }
  return one_line(out);
}

std::string detail_of(const SchemaObject& before, const SchemaObject& after) {
  std::map<std::string, std::array<std::string, 2>> sides;
  for (const auto& [name, value] : before.attributes) sides[name][0] = value;
  for (const auto& [name, value] : after.attributes) sides[name][1] = value;
  std::string out;
  for (auto& [name, values] : sides) {
    if (values[0] == values[1]) continue;
    cut_what_is_alike(values[0], values[1]);
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("(none)") : one_line(value); };
    out += format("{}{}: {} -> {}", out.empty() ? "" : "; ", name, shown(values[0]), shown(values[1]));
  }
  return out;
}

/// The text of a function without comments and blanks. A "--" inside a string literal hides the rest of its line too,
/// which is why such a difference is still reported.
std::string meaning_of(std::string_view definition) {
  std::string out;
  for (std::size_t i = 0; i < definition.size(); ++i) {
    const std::string_view rest = definition.substr(i);
    if (rest.starts_with("--")) {
      i += std::min(rest.find('\n'), rest.size() - 1);
    } else if (rest.starts_with("/*")) {
      i += std::min(rest.find("*/") + 1, rest.size() - 1);
    } else if (rest.front() != ' ' && rest.front() != '\n' && rest.front() != '\r' && rest.front() != '\t') {
      out += rest.front();
    }
  }
  return out;
}

/// True when only blanks and comments of a function differ.
bool is_cosmetic(const SchemaObject& before, const SchemaObject& after) {
  if (before.kind != "function" && before.kind != "procedure") return false;
  SchemaObject same = before;
  const auto a = same.attributes.find("definition");
  const auto b = after.attributes.find("definition");
  if (a == same.attributes.end() || b == after.attributes.end()) return false;
  if (meaning_of(a->second) != meaning_of(b->second)) return false;
  a->second = b->second;
  return same == after;
}

/// True when an enum has what it had, and more: the server drops no value of an enum.
bool only_adds_labels(const SchemaObject& before, const SchemaObject& after) {
  if (before.kind != "enum") return false;
  SchemaObject same = before;
  const auto a = same.attributes.find("labels");
  const auto b = after.attributes.find("labels");
  if (a == same.attributes.end() || b == after.attributes.end()) return false;
  const std::vector<std::string_view> now = text::split(b->second, ',');
  auto at = now.begin();
  for (const std::string_view label : text::split(a->second, ',')) {
    at = std::find_if(at, now.end(), [&](std::string_view other) { return text::trim(other) == text::trim(label); });
    if (at == now.end()) return false;
    ++at;
  }
  a->second = b->second;
  return same == after;
}

/// A definition with each moment in it ('2024-01-01 10:00:00.123'::timestamp) masked: 'now' in a view or a default is
/// the time at which it was made.
std::string without_moments(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] != '\'') continue;
    const std::size_t end = text.find('\'', i + 1);
    if (end == std::string_view::npos) continue;
    const std::string_view literal = text.substr(i + 1, end - i - 1);
    const bool moment = literal.size() >= 20 && literal[4] == '-' && literal[13] == ':' && literal[19] == '.';
    out += moment ? "moment'" : std::string(literal) + "'";
    i = end;
  }
  return out;
}

/// True when the moments at which the two were made are all that differs.
bool differs_in_moments(const SchemaObject& before, const SchemaObject& after) {
  const bool may = before.kind == "view" || before.kind == "materialized view" || before.kind == "column";
  if (!may || before.attributes.size() != after.attributes.size()) return false;
  return std::equal(before.attributes.begin(), before.attributes.end(), after.attributes.begin(),
                    [](const auto& a, const auto& b) {
                      return a.first == b.first && without_moments(a.second) == without_moments(b.second);
                    });
}

DifferenceWeight weight_of_change(const SchemaObject& before, const SchemaObject& after) {
  const bool light = before.kind == "column order" || is_cosmetic(before, after) || only_adds_labels(before, after) ||
                     differs_in_moments(before, after);
  return light ? DifferenceWeight::warning : DifferenceWeight::error;
}

std::string parent_object(const SchemaObject& object) {
  for (const std::string_view name : {"inherits", "attached to"})
    if (const auto at = object.attributes.find(name); at != object.attributes.end()) return at->second;
  return object.attributes.contains("inherited") ? "*" : "";
}

auto key_of(const SchemaObject& object) { return std::tie(object.kind, object.name); }

}  // namespace

std::string snapshot_query(int server_version, SnapshotScope scope) {
  std::vector<const char*> parts = {kSnapshotRelations, kSnapshotColumns, kSnapshotCode,    kSnapshotTypes,
                                    kSnapshotOperators, kSnapshotSearch,  kSnapshotForeign, kSnapshotAccess};
  if (scope == SnapshotScope::cluster) parts.push_back(kSnapshotCluster);
  std::string sql =
      "WITH ext AS MATERIALIZED (SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND "
      "deptype = 'e'), ours AS MATERIALIZED "
      "(SELECT oid FROM "
      "pg_namespace WHERE nspname !~ '^pg_(toast|temp|catalog)' AND nspname <> 'information_schema')\n";
  for (std::size_t i = 0; i < parts.size(); ++i) sql += (i == 0 ? "" : "UNION ALL\n") + std::string(parts[i]);
  sql = text::replace_all(sql, "$EVERYWHERE$", scope == SnapshotScope::cluster ? "0," : "");
  return expand_macros(sql, server_version);
}

Snapshot take_snapshot(Connection& db, SnapshotScope scope) {
  const std::string name = scope == SnapshotScope::cluster ? "kairon_snapshot_cluster" : "kairon_snapshot_database";
  const Reply session = db.must(format(
      "SELECT current_setting('search_path'), current_setting('enable_nestloop'), current_setting('jit'), EXISTS "
      "(SELECT FROM pg_prepared_statements WHERE name = '{}')",
      name));
  db.must(kReading);
  // Planning the query costs as much as running it: a session plans it once.
  Reply reply = session.boolean(0, 3)
                    ? session
                    : db.execute(format("PREPARE {} AS {}", name, snapshot_query(db.server_version(), scope)));
  if (reply.ok()) reply = db.execute("EXECUTE " + name);
  const std::vector<Parameter> old = {std::string(session.text(0, 0)), std::string(session.text(0, 1)),
                                      std::string(session.text(0, 2))};
  if (reply.ok())
    db.must(
        "SELECT set_config('search_path', $1, false), set_config('enable_nestloop', $2, false), set_config('jit', $3, "
        "false)",
        old);
  if (!reply.ok()) throw environment_error(format("cannot read the schema: {}", reply.error().text()));
  Snapshot snapshot;
  snapshot.objects.reserve(reply.size());
  for (std::size_t row = 0; row < reply.size(); ++row) snapshot.objects.push_back(object_of(reply, row));
  std::sort(snapshot.objects.begin(), snapshot.objects.end(),
            [](const SchemaObject& a, const SchemaObject& b) { return key_of(a) < key_of(b); });
  return snapshot;
}

std::vector<SchemaChange> difference(const Snapshot& before, const Snapshot& after) {
  std::vector<SchemaChange> changes;
  auto a = before.objects.begin();
  auto b = after.objects.begin();
  while (a != before.objects.end() || b != after.objects.end()) {
    const bool only_a = b == after.objects.end() || (a != before.objects.end() && key_of(*a) < key_of(*b));
    const bool only_b = a == before.objects.end() || (b != after.objects.end() && key_of(*b) < key_of(*a));
    if (only_a) {
      changes.push_back(
          {Difference::removed, a->kind, a->name, summary(*a), DifferenceWeight::error, parent_object(*a)});
    } else if (only_b) {
      changes.push_back({Difference::added, b->kind, b->name, summary(*b), DifferenceWeight::error, parent_object(*b)});
    } else if (a->attributes != b->attributes) {
      changes.push_back(
          {Difference::changed, a->kind, a->name, detail_of(*a, *b), weight_of_change(*a, *b), parent_object(*b)});
    }
    if (!only_b) ++a;
    if (!only_a) ++b;
  }
  return changes;
}

std::string SchemaChange::line() const {
  const char sign = difference == Difference::added ? '+' : difference == Difference::removed ? '-' : '~';
  return format("{} {} {}{}{}", sign, kind, text::printable(name), detail.empty() ? "" : ": ", detail);
}

}  // namespace kairon::postgres
