#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.h"

namespace kairon::lint {

/// A secret in a text: bytes [begin, end), and what it is ("a GitHub token").
struct SecretMatch {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view what;
  bool encoded = false;  ///< the bytes are base64, and the secret is what they decode to
};

/// What a kind of secret is recognised by, the surest first: of two kinds that match the same bytes the
/// surer one counts.
enum class SecretShape : std::uint8_t {
  provider,  ///< the prefix that one provider gives its tokens
  format,    ///< a format of keys and tokens: PEM, JWT
  header,    ///< the header that it is sent in
  url,       ///< its place in a URL
  name       ///< the name that it is given to
};

/// A token by its published shape: a fixed prefix of at least three characters and what follows it.
/// `body` is a blank-separated list of `CLASS COUNT` pieces and literals, for example "h8 - t20+":
/// classes a letters and digits, c letters, d digits, h lower-case hexadecimal, u capitals and digits,
/// l small letters and digits, t base64url (a - _), b base64 (a + / =); counts N, N+ and N~M.
struct TokenShape {
  std::string_view prefix;
  std::string_view body;
  std::string_view what;
};

/// One kind of secret: shapes, and for what no shape describes a function. `match` is tried wherever
/// one of the blank-separated `triggers` occurs (three characters or more, in any case when `any_case`).
struct SecretRule {
  RuleInfo info;
  std::span<const TokenShape> shapes;
  std::string_view triggers;
  std::optional<SecretMatch> (*match)(std::string_view text, std::size_t at) = nullptr;
  SecretShape shape = SecretShape::provider;
  bool any_case = false;
};

/// A match and its rule.
struct Secret {
  const SecretRule* rule = nullptr;
  SecretMatch match;
};

/// Returns all kinds, the surest first.
[[nodiscard]] std::span<const SecretRule* const> secret_rules();

/// Every secret in a text (a decoded string of a workflow, or the bytes of any file), in order, without
/// overlaps: of two kinds that match the same bytes the surer one counts. Placeholders
/// and expressions are left out. One pass over the text and one over what its base64 decodes to.
[[nodiscard]] std::vector<Secret> find_secrets(std::string_view text);

/// The secret that a value is because of its name ("client_secret"), for pairs that a format keeps
/// apart. Nothing when the name promises no secret, or the value is a placeholder or an expression.
[[nodiscard]] std::optional<SecretMatch> keyed_secret(std::string_view name, std::string_view value);

/// The rule of values that their names give away.
extern const SecretRule kSecretKeyedValue;

/// True for the paths of files that set the environment: `.env`, `.env.production`, not `.env.example`.
[[nodiscard]] bool is_env_file(std::string_view path);
/// The values of such a file whose names promise a secret, however short they are.
[[nodiscard]] std::vector<Secret> find_env_secrets(std::string_view text);

/// The finding's message: names the kind and shows at most the first four characters.
[[nodiscard]] std::string secret_message(const Secret& secret, std::string_view text);

/// The finding's help, the same for every kind.
inline constexpr std::string_view kSecretHelp =
    "revoke it, since history keeps it, and refer to an n8n credential or an environment variable instead";

class Reporter;
/// Looks through every string value of the workflow and reports what it finds. A secret of the
/// `activeVersion` copy that the file also has elsewhere is reported once. Returns the secrets.
std::vector<std::string> report_secrets(const workflow::Workflow& workflow, const std::string& path, Reporter& report);

/// Takes secrets, and pieces of them of eight bytes and more, out of what other rules quote of the file:
/// a text that does not parse may hold one. What secret_message() shows stays.
void hide_secrets(const std::vector<std::string>& secrets, std::vector<Finding>& findings);

namespace secret {

/// Returns the token of this shape whose prefix is at `at`.
[[nodiscard]] std::optional<SecretMatch> match_shape(const TokenShape& shape, std::string_view text, std::size_t at);
/// True for bytes of base64url and of most token alphabets: letters, digits, '-' and '_'.
[[nodiscard]] bool is_token_byte(char c);
/// Letters and digits.
[[nodiscard]] bool is_alphanumeric(char c);
/// Returns the first position at or after `from` whose byte does not satisfy `is`.
[[nodiscard]] std::size_t run_end(std::string_view text, std::size_t from, bool (*is)(char));
/// True when the byte before `at` continues a token to the left, so that `at` begins none. The letter of
/// an escape (`\n`) and the digits of a percent sign (`%3D`) do not.
[[nodiscard]] bool inside_word(std::string_view text, std::size_t at);
/// True for `your-...`, `xxx`, `<...>`, `***`, expressions, well-known example values and texts of
/// very few different characters.
[[nodiscard]] bool is_placeholder(std::string_view token);
/// True when letters and digits both occur: words of prose do not.
[[nodiscard]] bool is_mixed(std::string_view token);
/// True for texts that look drawn by lot: enough different characters, and no words or numbers in a row.
[[nodiscard]] bool looks_random(std::string_view token);
/// True when a name ("clientSecret", "DB_PASSWORD") says that its value is one.
[[nodiscard]] bool names_secret(std::string_view name);
/// The match, unless the token is a placeholder.
[[nodiscard]] std::optional<SecretMatch> accept(std::string_view text, std::size_t begin, std::size_t end,
                                                std::string_view what);
/// Decodes base64 or base64url, padding optional; nothing for other texts.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

/// Returns the user:password part of a url whose "://" is at `at`; nothing without one.
struct UrlPassword {
  std::string_view scheme;
  std::string_view user;
  std::size_t begin = 0;  ///< the password's first byte
  std::size_t end = 0;
};
[[nodiscard]] std::optional<UrlPassword> url_password(std::string_view text, std::size_t at);
/// True for the schemes of database connection urls (postgres, mysql, mongodb+srv, redis ...).
[[nodiscard]] bool is_database_scheme(std::string_view scheme);
/// True for passwords that are not secret: `password`, `postgres`, the user's own name, `$PASSWORD` ...
[[nodiscard]] bool is_default_password(std::string_view text, const UrlPassword& url);

}  // namespace secret
}  // namespace kairon::lint
