#include <algorithm>
#include <array>

#include "base/text.h"
#include "lint/support/secrets.h"

namespace kairon::lint {
namespace {

using std::string_view;

/// How the names of secrets end, without separators and in small letters.
constexpr auto kSecretEndings = std::to_array<string_view>(
    {"password",   "passwd",         "passphrase",    "pwd",        "secret",     "secretkey",  "apikey",
     "token",      "accesskey",      "encryptionkey", "privatekey", "signingkey", "masterkey",  "authkey",
     "servicekey", "servicerolekey", "adminkey",      "sharedkey",  "storagekey", "accountkey", "secretbase",
     "jwtkey",     "cookiekey",      "sessionkey",    "keysecret"});

/// Names with such an ending whose values are not secret.
constexpr auto kHarmlessEndings = std::to_array<string_view>(
    {"csrftoken", "xsrftoken", "pagetoken", "nexttoken", "continuationtoken", "canceltoken", "cancellationtoken",
     "synctoken", "publictoken", "clienttoken", "requesttoken", "committoken", "pageaccesskey", "publickeytoken"});

/// In a file that sets the environment more names count, since each of its values is meant for one machine.
constexpr auto kEnvEndings = std::to_array<string_view>({"key", "pass", "token", "salt", "credentials", "pw"});

/// Values that are not secret although their name promises one.
constexpr auto kHarmlessValues =
    std::to_array<string_view>({"password", "passwd", "postgres", "secret", "admin", "root", "test", "true", "false",
                                "none", "null", "changeme", "localhost", "guest", "todo", "development", "dev"});

constexpr auto kExampleFiles =
    std::to_array<string_view>({"example", "sample", "template", "dist", "default", "defaults", "schema", "test",
                                "testing", "ci", "tpl", "vault"});

std::string squeezed(string_view name) {
  std::string out = text::lower(name);
  std::erase_if(out, [](char c) { return !secret::is_alphanumeric(c); });
  return out;
}

template <typename List>
bool ends_with_one_of(string_view text, const List& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](string_view one) { return text.ends_with(one); });
}

string_view unquoted(string_view value) {
  value = text::trim(value);
  const bool quoted =
      value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
  if (quoted) return value.substr(1, value.size() - 2);
  const std::size_t comment = value.find(" #");
  return text::trim(value.substr(0, comment));
}

bool is_env_secret(string_view name, string_view value) {
  const std::string plain = squeezed(name);
  const bool public_name =
      plain.starts_with("nextpublic") || plain.starts_with("vite") || text::contains(plain, "public");
  if (public_name || !(ends_with_one_of(plain, kSecretEndings) || ends_with_one_of(plain, kEnvEndings))) return false;
  constexpr std::size_t kShortest = 8;
  constexpr string_view kStarts = "$<{%/.";
  if (value.size() < kShortest || kStarts.find(value.front()) != string_view::npos) return false;
  const std::string lower = text::lower(value);
  const bool harmless = std::find(kHarmlessValues.begin(), kHarmlessValues.end(), lower) != kHarmlessValues.end();
  return !harmless && !secret::is_placeholder(value) && !text::contains(value, "://");
}

}  // namespace

extern const SecretRule kSecretEnvFile;
const SecretRule kSecretEnvFile = {
    {"secret/env-file", Severity::error, Scope::always, "commits an environment file with its secrets",
     "A .env holds the values of one machine. Whoever can read the repository, a fork or a backup gets them, and "
     "removing the file does not take them out of history. A .env.example lists the names without the values.",
     "Change the values where they are in force, run git rm --cached on the file, and list it in .gitignore."},
    {},
    "",
    nullptr,
    SecretShape::name};

bool secret::names_secret(string_view name) {
  const std::string plain = squeezed(name);
  return ends_with_one_of(plain, kSecretEndings) && !ends_with_one_of(plain, kHarmlessEndings);
}

bool is_env_file(string_view path) {
  const string_view name = path.substr(path.rfind('/') + 1);
  if (name != ".env" && !name.starts_with(".env.")) return false;
  const std::vector<string_view> parts = text::split(name, '.');
  return std::none_of(kExampleFiles.begin(), kExampleFiles.end(),
                      [&](string_view one) { return std::find(parts.begin(), parts.end(), one) != parts.end(); });
}

std::vector<Secret> find_env_secrets(string_view text) {
  std::vector<Secret> found;
  for (const string_view line : text::lines(text)) {
    const std::size_t equals = line.find('=');
    if (equals == string_view::npos || text::trim(line).starts_with('#')) continue;
    const string_view value = unquoted(line.substr(equals + 1));
    if (value.empty() || !is_env_secret(line.substr(0, equals), value)) continue;
    const auto begin = static_cast<std::size_t>(value.data() - text.data());
    found.push_back({&kSecretEnvFile, {begin, begin + value.size(), "a value of an environment file"}});
  }
  return found;
}

}  // namespace kairon::lint
