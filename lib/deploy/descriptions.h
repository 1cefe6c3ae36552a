#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "deploy/journal.h"
#include "n8n/api.h"

namespace kairon::deploy {

/// The descriptions of a server's workflows (2.x), which its list does not show. What a request brought is kept in the
/// journal with the workflow's updatedAt, and costs no other request before that changes.
class Descriptions {
 public:
  Descriptions(n8n::Api& api, Journal& journal) : api_(api), journal_(journal) {}

  /// The SHA-256 of a text, "" for none.
  [[nodiscard]] static std::string digest(std::string_view text);

  /// The digest of the description that `remote`, a row of the list, has; nothing when that is not known.
  [[nodiscard]] std::optional<std::string> known(const n8n::Tree& remote);
  /// The description, for a request; nothing when the server does not tell. Throws Error(interrupted) only.
  [[nodiscard]] std::optional<n8n::Tree> read(const n8n::Tree& remote);
  /// known(), else read().
  [[nodiscard]] std::optional<std::string> print_of(const n8n::Tree& remote);

  /// Keeps in the journal what the run saw. A disk that does not play along costs requests, nothing else.
  void save();

 private:
  void load();

  n8n::Api& api_;
  Journal& journal_;
  std::optional<n8n::Tree> kept_;  ///< id -> {"print", "at"}; read when first needed
};

}  // namespace kairon::deploy
