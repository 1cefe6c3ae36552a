#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kairon::postgres {

/// The keywords that a libpq connection string or url sets (PostgreSQL docs: "Connection Strings");
/// nothing when libpq cannot read it.
[[nodiscard]] std::optional<std::map<std::string, std::string>> parse_conninfo(const std::string& conninfo);

/// The target for people: "kairon at db.example:5432 as app", or "the service NAME"; never a password, and
/// a fixed text when the string cannot be read (it might hold one in a wrong place).
[[nodiscard]] std::string redacted(const std::string& conninfo);

/// `text` with every password of `conninfo` replaced by "***".
[[nodiscard]] std::string scrubbed(std::string text, const std::string& conninfo);

/// The same target with another database (and user, unless empty). Throws Error(usage) when `conninfo`
/// cannot be read.
[[nodiscard]] std::string with_database(const std::string& conninfo, const std::string& database,
                                        const std::string& user = {});

/// keyword='value' pairs as libpq reads them.
[[nodiscard]] std::string make_conninfo(const std::map<std::string, std::string>& keywords);

}  // namespace kairon::postgres
