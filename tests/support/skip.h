#pragma once
#include <string_view>

namespace kairon::test {

/// Says "skipped: why" and makes the test program end with 77 unless something failed. For a test that
/// lacks a part it cannot do without (PostgreSQL, n8n).
void skip(std::string_view why);

/// True after skip().
[[nodiscard]] bool skipped();

/// KAIRON_FULL=1: the long variants of tests run too.
[[nodiscard]] bool full();

}  // namespace kairon::test
