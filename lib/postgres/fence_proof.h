#pragma once
#include "postgres/account.h"
#include "postgres/binaries.h"

namespace kairon::postgres {

/// Proves once per server version and kernel that a real server cannot leave the fence: a bare one, before any byte
/// of a repository, must refuse to run a program and to read and write a file outside. The proof is remembered in
/// the cache. Throws Error(environment) that names what the server could do.
void prove_fence(const Binaries& binaries, const Account& account);

}  // namespace kairon::postgres
