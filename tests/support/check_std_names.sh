#!/usr/bin/env bash
# Fails on an unqualified call of a function of ours that a later standard library also declares in std. Such a call
# compiles here and is ambiguous there: argument-dependent lookup adds std's function when an argument has a type of
# std, as with std::format, which arrived in <chrono> with GCC 13. Remedies: an object instead of a function (base/format.h), another name, or a
# qualified call. Usage: check_std_names.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"
python3 - <<'PYTHON'
import pathlib
import re
import sys

# What standard libraries later than that of GCC 12 declare (C++20's <format>, C++23), and <iomanip>, which
# <filesystem> brings.
STD = set("""
format format_to format_to_n formatted_size vformat vformat_to make_format_args make_wformat_args print println vprint_unicode
vprint_nonunicode visit_format_arg quoted get_time put_time get_money put_money setw setfill hex oct unreachable to_underlying
byteswap forward_like start_lifetime_as invoke_r is_sufficiently_aligned submdspan saturate_cast add_sat sub_sat mul_sat div_sat
""".split())

sources = sorted(p for top in ("lib", "hooks") for p in pathlib.Path(top).rglob("*") if p.suffix in (".h", ".cpp"))
if not sources:
    sys.exit("check_std_names: no source found: this check has lost its input")
text = {p: p.read_text(errors="replace") for p in sources}


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


CODE_ONLY = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.S)
code = {p: CODE_ONLY.sub(blank, t) for p, t in text.items()}
# A free function of ours begins at the margin (members are indented), in a header or in a source.
free = re.compile(r"^(?:\[\[nodiscard\]\] |static |inline |constexpr |template <[^\n]*> )*[A-Za-z_][\w:<>,&* ]*[ &*>](\w+)\(", re.M)
ours = {name for c in code.values() for name in free.findall(c)} & STD
bad = 0
for path, c in code.items():
    local = set(re.findall(r"\b(?:auto|bool)&? (\w+) =|^ +(?:[\w:<>,&*]+ )+(\w+)\(", c, re.M))
    shadowed = {name for pair in local for name in pair if name}
    for name in sorted(ours):
        for hit in re.finditer(rf"(?<![\w:.>~])(?<!->){name}\(", c):
            line = c.count("\n", 0, hit.start()) + 1
            begin = c.rfind("\n", 0, hit.start()) + 1
            before = c[begin : hit.start()]
            if re.search(r"[\w>&*\]] $|[\w>] [&*]+$", before) and not re.search(r"\b(return|throw|else|co_return|case) $", before):
                continue  # a declaration
            if name in shadowed:
                continue
            print(f"check_std_names: {path}:{line}: {name}() is also a name of std; qualify the call or rename the function")
            bad = 1
if not bad:
    print(f"check_std_names: no call in {len(sources)} files can be joined by std")
sys.exit(bad)
PYTHON
