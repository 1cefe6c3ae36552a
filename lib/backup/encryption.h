#pragma once
#include <optional>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/temp.h"

namespace kairon::backup {

/// Whom dumps are encrypted for. The recipient comes from the user's own settings only.
struct Recipient {
  Encryption kind = Encryption::none;
  std::string name;
};

/// Whose recipient `[backup] encryptTo` names: "age1...", "ssh-ed25519 ..." or the path of a recipients file is age's,
/// anything else is a user id or fingerprint of gpg.
[[nodiscard]] Encryption encryption_of(std::string_view setting);

/// The same with its name. Throws Error(environment) when that program is missing.
[[nodiscard]] Recipient parse_recipient(const std::string& setting);

/// Writes a file through the encryptor (or as it is), and knows both sums. The plain text is never on the
/// disk.
class SealedFile {
 public:
  /// Throws Error(environment).
  SealedFile(std::string path, const Recipient& recipient);
  /// Takes a piece of content; Error(environment) when the disk or the encryptor refuses.
  void write(std::string_view bytes);
  /// Ends it, fsync included. `name` of the result is the path's last part.
  [[nodiscard]] StoredFile finish();

 private:
  std::string path_;
  file::Descriptor file_;
  file::Descriptor to_encryptor_;
  std::optional<TempFolder> logs_;  ///< not beside the file: the disk there may be full
  std::string log_;
  std::optional<process::Child> encryptor_;
  hash::Sha256 content_;
  bool encrypted_ = false;
};

/// Decrypts `path` to `target` (0600), with the identity file of `[backup] identity` for age, with the
/// user's own keyring for gpg. Throws Error(environment).
void unseal(const std::string& path, Encryption encryption, const std::string& identity, const std::string& target);

}  // namespace kairon::backup
