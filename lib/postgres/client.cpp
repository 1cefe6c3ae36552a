#include "postgres/client.h"

#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "postgres/conninfo.h"

namespace kairon::postgres {

namespace {

std::string taken(std::map<std::string, std::string>& keywords, const char* name) {
  const auto found = keywords.find(name);
  if (found == keywords.end()) return {};
  std::string value = found->second;
  keywords.erase(found);
  return value;
}

/// What libpq reads.
bool is_of_libpq(std::string_view variable) {
  constexpr std::array<std::string_view, 4> kFamilies = {"PG", "KRB5", "SSL_CERT_", "OPENSSL_"};
  return std::any_of(kFamilies.begin(), kFamilies.end(), [&](auto family) { return variable.starts_with(family); });
}

}  // namespace

ClientAccess::ClientAccess(const std::string& conninfo) {
  const bool bare_name = conninfo.find('=') == std::string::npos && !text::contains(conninfo, "://");
  std::map<std::string, std::string> keywords = {{"dbname", conninfo}};
  if (!bare_name) {
    auto parsed = parse_conninfo(conninfo);
    if (!parsed) throw usage_error("the database connection string cannot be read");
    keywords = std::move(*parsed);
  }
  environment_ = environment::for_tools();
  for (std::string& variable : environment::all())
    if (is_of_libpq(variable)) environment_.push_back(std::move(variable));
  std::erase_if(environment_, [](const std::string& variable) { return variable.starts_with("LC_ALL="); });
  environment_.emplace_back("LC_ALL=C");
  if (const std::string password = taken(keywords, "password"); !password.empty()) {
    std::erase_if(environment_, [](const std::string& variable) { return variable.starts_with("PGPASSWORD="); });
    environment_.push_back("PGPASSWORD=" + password);
  }
  if (const std::string passphrase = taken(keywords, "sslpassword"); !passphrase.empty()) {
    if (keywords.count("service") != 0)
      throw usage_error("a connection string with both service and sslpassword cannot be handed to pg_dump",
                        "put sslpassword into the service file");
    folder_ = std::make_unique<TempFolder>("service");
    const std::string path = folder_->path() + "/pg_service.conf";
    const Result<void> written = file::write_atomic(path, format("[kairon]\nsslpassword={}\n", passphrase), 0600);
    if (!written.ok()) throw environment_error(format("cannot write {}: {}", path, written.failure().text));
    std::erase_if(environment_, [](const std::string& variable) { return variable.starts_with("PGSERVICEFILE="); });
    environment_.push_back("PGSERVICEFILE=" + path);
    keywords["service"] = "kairon";
  }
  conninfo_ = make_conninfo(keywords);
}

void die_with_parent() { ::prctl(PR_SET_PDEATHSIG, SIGTERM); }

}  // namespace kairon::postgres
