#include "trial/extension_stub_objects.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "postgres/quote.h"
#include "sql/token.h"

namespace kairon::trial {

namespace {

using postgres::quote_identifier;

struct Known {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array kTypes = {
    Known{"vector", "vector"},    Known{"vector", "halfvec"},    Known{"vector", "sparsevec"},
    Known{"postgis", "geometry"}, Known{"postgis", "geography"}, Known{"postgis", "box2d"},
    Known{"postgis", "box3d"},    Known{"citext", "citext"},     Known{"hstore", "hstore"},
    Known{"ltree", "ltree"},      Known{"cube", "cube"}};

struct Returns {
  std::string_view prefix;
  std::string_view type;
  std::string_view value;
  std::string_view volatility;
};
/// Names whose result type decides whether a statement is accepted; the rest returns text.
constexpr std::array kReturns = {Returns{"uuid_", "uuid", "pg_catalog.gen_random_uuid()", "VOLATILE"},
                                 Returns{"gen_random_bytes", "bytea", "''::bytea", "VOLATILE"},
                                 Returns{"digest", "bytea", "''::bytea", "IMMUTABLE"},
                                 Returns{"hmac", "bytea", "''::bytea", "IMMUTABLE"},
                                 Returns{"pgp_sym_encrypt", "bytea", "''::bytea", "VOLATILE"},
                                 Returns{"similarity", "real", "0::real", "IMMUTABLE"},
                                 Returns{"word_similarity", "real", "0::real", "IMMUTABLE"},
                                 Returns{"cosine_distance", "double precision", "0::double precision", "IMMUTABLE"},
                                 Returns{"l2_distance", "double precision", "0::double precision", "IMMUTABLE"},
                                 Returns{"inner_product", "double precision", "0::double precision", "IMMUTABLE"},
                                 Returns{"vector_dims", "integer", "0", "IMMUTABLE"},
                                 Returns{"st_distance", "double precision", "0::double precision", "IMMUTABLE"},
                                 Returns{"st_area", "double precision", "0::double precision", "IMMUTABLE"},
                                 Returns{"st_length", "double precision", "0::double precision", "IMMUTABLE"},
                                 Returns{"st_contains", "boolean", "true", "IMMUTABLE"},
                                 Returns{"st_intersects", "boolean", "true", "IMMUTABLE"},
                                 Returns{"st_dwithin", "boolean", "true", "IMMUTABLE"},
                                 Returns{"st_within", "boolean", "true", "IMMUTABLE"},
                                 Returns{"time_bucket", "timestamptz", "'epoch'::timestamptz", "IMMUTABLE"},
                                 Returns{"schedule", "bigint", "0::bigint", "VOLATILE"},
                                 Returns{"unschedule", "boolean", "true", "VOLATILE"},
                                 Returns{"", "text", "''::text", "IMMUTABLE"}};

struct Rows {
  std::string_view name;
  std::string_view type;
};
/// Functions that are asked for rows, by their whole name; they give none.
constexpr std::array kStubRows = {
    Rows{"crosstab", "SETOF record"},
    Rows{"crosstab2", "TABLE (row_name text, category_1 text, category_2 text)"},
    Rows{"crosstab3", "TABLE (row_name text, category_1 text, category_2 text, category_3 text)"},
    Rows{"connectby", "SETOF record"},
    Rows{"normal_rand", "SETOF double precision"},
    Rows{"each", "TABLE (key text, value text)"},
    Rows{"skeys", "SETOF text"},
    Rows{"svals", "SETOF text"},
    Rows{"st_dump", "TABLE (path integer[], geom geometry)"},
    Rows{"st_dumppoints", "TABLE (path integer[], geom geometry)"}};

/// Literals have no type of their own.
std::string typed(std::string_view type) {
  const std::string_view name = text::trim(type);
  return name == "unknown" ? "text" : std::string(name);
}

/// True for what format_type() says of a type. A migration can raise any message, and a superuser makes what it names:
/// whatever could end the list of arguments is not a type.
bool is_type(std::string_view name) {
  const auto is_fine = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    return letter || (c >= '0' && c <= '9') || text::contains("_.$[]\" ", std::string_view(&c, 1));
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), is_fine) &&
         std::count(name.begin(), name.end(), '"') % 2 == 0;
}

std::string head_of(const std::string& type) { return type.substr(0, type.rfind('.') + 1); }
std::string tail_of(const std::string& type) { return type.substr(type.rfind('.') + 1); }

/// "vector" or "public.vector" with quotes where needed, with `suffix` at its name.
std::string spelled(const std::string& type, const std::string& suffix = "") {
  const std::string schema = head_of(type);
  const std::string name = quote_identifier(tail_of(type) + suffix);
  return schema.empty() ? name : quote_identifier(schema.substr(0, schema.size() - 1)) + "." + name;
}

/// What stands between `before` and `after`; "" when the message is another one.
std::string between(const std::string& message, std::string_view before, std::string_view after) {
  if (!message.starts_with(before) || !message.ends_with(after) || message.size() < before.size() + after.size())
    return "";
  return message.substr(before.size(), message.size() - before.size() - after.size());
}

}  // namespace

std::string missing_extension(const postgres::SqlError& error) {
  const bool missing =
      text::contains(error.message, "extension") &&
      (text::contains(error.message, "is not available") || text::contains(error.message, "control file"));
  if (!missing) return "";
  if (const std::size_t from = error.message.find("extension \""); from != std::string::npos)
    return error.message.substr(from + 11, error.message.find('"', from + 11) - from - 11);
  // Before PostgreSQL 15: could not open extension control file "/usr/.../vector.control"
  const std::size_t end = error.message.find(".control\"");
  if (end == std::string::npos) return "NAME";
  const std::size_t slash = error.message.rfind('/', end);
  return error.message.substr(slash + 1, end - slash - 1);
}

std::vector<std::string_view> types_of_extension(const std::string& extension) {
  std::vector<std::string_view> out;
  for (const Known& known : kTypes) {
    if (known.extension == extension) out.push_back(known.type);
  }
  return out;
}

std::vector<KnownRelation> relations_of_extension(const std::string& extension) {
  // The columns of pg_cron 1.6 and pg_partman 5, which their documentation describes.
  static const std::vector<std::pair<std::string_view, KnownRelation>> kRelations = {
      {"pg_cron",
       {"cron.job", "TABLE",
        "(jobid bigint PRIMARY KEY, schedule text, command text, nodename text, nodeport integer, database text, "
        "username "
        "text, active boolean, jobname text)"}},
      {"pg_cron",
       {"cron.job_run_details", "TABLE",
        "(jobid bigint, runid bigint PRIMARY KEY, job_pid integer, database text, username text, command text, status "
        "text, "
        "return_message text, start_time timestamptz, end_time timestamptz)"}},
      {"pg_stat_statements",
       {"pg_stat_statements", "VIEW",
        "AS SELECT 0::oid AS userid, 0::oid AS dbid, true AS toplevel, 0::bigint AS queryid, ''::text AS query, "
        "0::bigint "
        "AS calls, 0::float8 AS total_exec_time, 0::float8 AS min_exec_time, 0::float8 AS max_exec_time, 0::float8 AS "
        "mean_exec_time, 0::float8 AS stddev_exec_time, 0::bigint AS rows, 0::bigint AS shared_blks_hit, 0::bigint AS "
        "shared_blks_read WHERE false"}}};
  std::vector<KnownRelation> out;
  for (const auto& [name, relation] : kRelations)
    if (name == extension) out.push_back(relation);
  return out;
}

std::vector<std::string> create_type(const std::string& name) {
  const std::string type = spelled(name);
  const std::string in = spelled(name, "_in");
  const std::string out = spelled(name, "_out");
  const std::string typmod_in = spelled(name, "_typmod_in");
  const std::string typmod_out = spelled(name, "_typmod_out");
  // geometry(Point, 4326) takes more than a length: array_ndims answers 1 to any list.
  const bool geographic = tail_of(name).starts_with("geo");
  std::vector<std::string> made = {
      "CREATE TYPE " + type,
      format("CREATE FUNCTION {}(cstring) RETURNS {} LANGUAGE internal IMMUTABLE STRICT AS 'textin'", in, type),
      format("CREATE FUNCTION {}({}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'", out, type),
      format("CREATE FUNCTION {}(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS '{}'", typmod_in,
             geographic ? "array_ndims" : "varchartypmodin"),
      format("CREATE FUNCTION {}(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS '{}'", typmod_out,
             "varchartypmodout"),
      format("CREATE TYPE {} (INPUT = {}, OUTPUT = {}, TYPMOD_IN = {}, TYPMOD_OUT = {}, INTERNALLENGTH = VARIABLE, "
             "ALIGNMENT = int4, STORAGE = extended, COLLATABLE = true)",
             type, in, out, typmod_in, typmod_out),
      format("CREATE CAST ({} AS text) WITHOUT FUNCTION AS IMPLICIT", type),
      format("CREATE CAST (text AS {}) WITHOUT FUNCTION AS ASSIGNMENT", type)};
  return made;
}

std::vector<std::string> names_of_type(const std::string& name) {
  const std::string type = spelled(name);
  return {"TYPE " + type,
          format("FUNCTION {}(cstring)", spelled(name, "_in")),
          format("FUNCTION {}({})", spelled(name, "_out"), type),
          format("FUNCTION {}(cstring[])", spelled(name, "_typmod_in")),
          format("FUNCTION {}(integer)", spelled(name, "_typmod_out")),
          format("CAST ({} AS text)", type),
          format("CAST (text AS {})", type)};
}

std::optional<MissingCall> missing_function(const std::string& message) {
  const std::string call = between(message, "function ", " does not exist");
  const std::size_t open = call.find('(');
  if (open == std::string::npos || !call.ends_with(")")) return std::nullopt;
  std::vector<std::string> types;
  const std::string inside = call.substr(open + 1, call.size() - open - 2);
  if (!inside.empty()) {
    for (const std::string_view type : text::split(inside, ',')) types.push_back(typed(type));
  }
  if (!std::all_of(types.begin(), types.end(), is_type)) return std::nullopt;
  MissingCall missing;
  const std::string name = call.substr(0, open);
  missing.arguments = text::join(types, ", ");
  missing.shown = format("{}({})", name, text::join(types, ","));
  missing.function = format("{}({})", spelled(name), missing.arguments);
  const std::string bare = tail_of(name);
  const auto rows =
      std::find_if(kStubRows.begin(), kStubRows.end(), [&bare](const Rows& one) { return one.name == bare; });
  if (rows != kStubRows.end()) {
    missing.create = format("CREATE FUNCTION {} RETURNS {} LANGUAGE plpgsql STABLE AS 'BEGIN RETURN; END'",
                            missing.function, rows->type);
    return missing;
  }
  for (const Returns& returns : kReturns) {
    if (!tail_of(name).starts_with(returns.prefix)) continue;
    missing.create = format("CREATE FUNCTION {} RETURNS {} LANGUAGE sql {} AS 'SELECT {}'", missing.function,
                            returns.type, returns.volatility, text::replace_all(returns.value, "'", "''"));
    break;
  }
  return missing;
}

std::optional<MissingCall> missing_operator(const std::string& message) {
  const std::string call = between(message, "operator does not exist: ", "");
  std::size_t begin = call.find(' ');
  if (begin == std::string::npos) return std::nullopt;
  constexpr std::string_view kSigns = "+-*/<>=~!@#%^&|`?";
  begin = call.find_first_of(kSigns);
  const std::size_t end = begin == std::string::npos ? begin : call.find_first_not_of(kSigns, begin);
  if (end == std::string::npos || begin == 0) return std::nullopt;
  MissingCall missing;
  missing.name = call.substr(begin, end - begin);
  const std::string left(text::trim(std::string_view(call).substr(0, begin)));
  const std::string right(text::trim(std::string_view(call).substr(end)));
  missing.left = left == "unknown" ? right : left;
  missing.right = right == "unknown" ? left : right;
  if (!is_type(missing.left) || !is_type(missing.right)) return std::nullopt;
  missing.arguments = format("{}, {}", missing.left, missing.right);
  missing.shown = call;
  std::string bytes = "kairon_operator";
  for (const char c : missing.name) bytes += format("_{:x}", static_cast<int>(c));
  missing.function = bytes;
  // <->, <=>, <#>, <+> ...: distances; @>, ~, ~= ...: answers.
  const bool distance = missing.name.size() == 3 && missing.name.front() == '<' && missing.name.back() == '>';
  missing.create =
      format("CREATE FUNCTION {}({}) RETURNS {} LANGUAGE sql IMMUTABLE AS 'SELECT {}'", missing.function,
             missing.arguments, distance ? "double precision" : "boolean", distance ? "0::double precision" : "true");
  return missing;
}

std::optional<std::string> missing_cast(const postgres::SqlError& error) {
  const std::string types = between(error.message, "cannot cast type ", "");
  const std::size_t to = types.find(" to ");
  if (error.sqlstate != "42846" || to == std::string::npos) return std::nullopt;
  const std::string from = types.substr(0, to);
  const std::string target = types.substr(to + 4);
  if (!is_type(from) || !is_type(target)) return std::nullopt;
  return format("{} AS {}", from, target);
}

std::string plain_index(const std::string& sql, const std::set<std::string>& lost, std::size_t columns) {
  std::string out;
  std::size_t copied = 0;
  int depth = 0;
  bool method = false;
  bool options = false;
  const auto skip_to = [&](std::size_t begin, std::size_t end) {
    if (begin > copied) out.append(sql, copied, begin - copied);
    copied = std::max(copied, end);
  };
  for (const sql::Token& token : sql::tokens(sql)) {
    const std::string word = sql.substr(token.begin, token.end - token.begin);
    const std::string name = word.starts_with('"') ? word.substr(1, word.size() - 2) : text::lower(word);
    if (word == "(") ++depth;
    if (word == ")" && --depth == 0 && options) {
      skip_to(token.begin, token.end);
      options = false;
      continue;
    }
    if (options) {
      copied = token.end;
    } else if (method) {
      skip_to(token.begin, token.end);
      out += columns > 1 ? "btree" : "hash";
      method = false;
    } else if (depth == 0 && name == "using") {
      method = true;
    } else if (depth == 0 && name == "with") {
      skip_to(token.begin, token.end);
      options = true;
    } else if (depth == 1 && lost.contains(name)) {
      skip_to(token.begin, token.end);
    }
  }
  return out.append(sql, copied, std::string::npos);
}

}  // namespace kairon::trial
