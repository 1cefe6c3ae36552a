#pragma once
#include <cstddef>
#include <string>

#include "n8n/tree.h"

namespace kairon::smoke {

/// Replaces by "redacted", in the strings of a value and in JSON inside of them: what the secret rules find, whole
/// private keys, values whose names say secret (`secret_fields.h`), and all values of an object called "headers" but
/// the content type. `key` is the name that the value has. Returns how many values changed.
std::size_t redact_secrets(n8n::Tree& value, const std::string& key = {});

}  // namespace kairon::smoke
