#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "n8n/api.h"
#include "n8n/content.h"

namespace kairon::n8n {

/// A credential to be made on a server: what the user wrote down, data included.
struct NewCredential {
  std::string type;
  std::string name;
  Tree data;
};

/// Type and name of every credential that an enabled node of these workflows uses, sorted, each once.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> used_credentials(const std::vector<Local>& workflows);

/// Reads a file of credentials: an array of {name, type, data}, as `n8n export:credentials --decrypted` writes
/// it (further keys are left out). Fails naming the entry; never quotes data.
[[nodiscard]] Result<std::vector<NewCredential>> parse_credentials(const std::string& text);

/// An empty form of a type's data: the fields that n8n's own schema of the type (GET
/// /credentials/schema/TYPE) wants, with its first choice, false, 0 or "". Conditions of the schema are
/// followed. An empty object when the server does not know the type.
[[nodiscard]] Tree blank_data(Api& api, const std::string& type);
[[nodiscard]] Tree blank_data_of(const Tree& schema);

/// Creates it (POST /credentials); fails with n8n's words.
[[nodiscard]] Result<void> create_credential(Api& api, const NewCredential& credential);

}  // namespace kairon::n8n
