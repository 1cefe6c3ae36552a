#pragma once
#include <string>

#include "postgres/account.h"

namespace kairon::postgres {

/// A data folder as one file. Making 370 files takes ext4 half a second when it is busy, one file of the same
/// size a tenth of that, and unpacking it onto tmpfs needs no look into 25 folders on the disk.

/// Writes the plain files and folders below `folder` to `path`, which must not exist.
/// Throws Error(environment), e.g. when the disk is full.
void pack(const std::string& folder, const std::string& path);

/// Makes them again below `folder`, which exists; all belong to `account`. Throws Error(environment), also
/// for a file that is not whole (the machine went down while it was written).
void unpack(const std::string& path, const std::string& folder, const Account& account);

/// Bytes of the packed file, 0 when there is none.
[[nodiscard]] unsigned long long packed_size(const std::string& path);

}  // namespace kairon::postgres
