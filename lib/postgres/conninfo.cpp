#include "postgres/conninfo.h"

#include <libpq-fe.h>

#include <memory>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::postgres {

namespace {

constexpr std::string_view kSecrets[] = {"password", "sslpassword"};

std::string field(const std::map<std::string, std::string>& keywords, const char* name) {
  const auto found = keywords.find(name);
  return found == keywords.end() ? std::string() : found->second;
}

}  // namespace

std::optional<std::map<std::string, std::string>> parse_conninfo(const std::string& conninfo) {
  char* reason = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(conninfo.c_str(), &reason),
                                                                             PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> reason_owner(reason, PQfreemem);
  if (!options) return std::nullopt;
  std::map<std::string, std::string> keywords;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) keywords[option->keyword] = option->val;
  }
  return keywords;
}

std::string redacted(const std::string& conninfo) {
  // A bare word is a database name for libpq when it is given as dbname (expand_dbname).
  if (conninfo.find('=') == std::string::npos && !text::contains(conninfo, "://"))
    return text::printable(conninfo.empty() ? "the default database" : conninfo);
  const auto keywords = parse_conninfo(conninfo);
  if (!keywords) return "a connection string that cannot be read";
  std::string out;
  if (const std::string service = field(*keywords, "service"); !service.empty())
    out = format("the service {}", service);
  const std::string database = field(*keywords, "dbname");
  if (out.empty()) out = database.empty() ? "the default database" : database;
  std::string host = field(*keywords, "host");
  if (host.empty()) host = field(*keywords, "hostaddr");
  if (!host.empty()) {
    const std::string port = field(*keywords, "port");
    out += format(" at {}{}", host, port.empty() || host.starts_with('/') ? "" : ":" + port);
  }
  if (const std::string user = field(*keywords, "user"); !user.empty()) out += format(" as {}", user);
  return text::printable(scrubbed(out, conninfo));
}

std::string scrubbed(std::string message, const std::string& conninfo) {
  const auto keywords = parse_conninfo(conninfo);
  if (!keywords) return message;
  for (const std::string_view name : kSecrets) {
    const std::string secret = field(*keywords, std::string(name).c_str());
    if (secret.size() >= 4) message = text::replace_all(message, secret, "***");
  }
  return message;
}

std::string make_conninfo(const std::map<std::string, std::string>& keywords) {
  std::string out;
  for (const auto& [name, value] : keywords) {
    if (!out.empty()) out += ' ';
    out += name + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    out += '\'';
  }
  return out;
}

std::string with_database(const std::string& conninfo, const std::string& database, const std::string& user) {
  std::map<std::string, std::string> keywords;
  if (conninfo.find('=') != std::string::npos || text::contains(conninfo, "://")) {
    const auto parsed = parse_conninfo(conninfo);
    if (!parsed) {
      throw usage_error("the database connection string cannot be read",
                        "write it as postgresql://user@host:5432/name or as host=... dbname=...");
    }
    keywords = *parsed;
  }
  keywords["dbname"] = database;
  if (!user.empty()) keywords["user"] = user;
  return make_conninfo(keywords);
}

}  // namespace kairon::postgres
