#!/usr/bin/env bash
# Fails on two files that may be compiled in one batch (KAIRON_UNITY) and both define a local function of one name
# and number of parameters. A call may then silently mean the other file's function: callers of
# `in_quotes(std::string_view)` got `in_quotes(std::string)` of another file that way.
# Usage: check_batches.sh BATCHES, the list that lib/floors.cmake writes: a line "BATCH FILE" for each source.
set -euo pipefail
python3 - "$1" <<'PYTHON'
import collections
import pathlib
import re
import sys

NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.S)
OTHER_HEADS = re.compile(r"(?:template <.*?> )?(?:class|struct|enum|union|using|typedef|static_assert|extern|friend)\b")


def without_text(source):
    """The source with comments, literals and preprocessor lines blank."""
    source = NOT_CODE.sub(lambda hit: re.sub(r"[^\n]", " ", hit.group(0)), source)
    return re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*", "", source, flags=re.M)


def end_of(code, begin):
    """The place after the bracket that closes the one at `begin`."""
    depth = 0
    for place in range(begin, len(code)):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(code[place], 0)
        if depth == 0:
            return place + 1
    return len(code)


def parameters(text):
    """The least and the largest number of arguments."""
    parts, depth, part = [], 0, ""
    for letter in text:
        depth += {"(": 1, "{": 1, "[": 1, "<": 1, ")": -1, "}": -1, "]": -1, ">": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    if part.strip():
        parts.append(part)
    most = 99 if any("..." in part for part in parts) else len(parts)
    return sum("=" not in part and "..." not in part for part in parts), most


def local_functions(code, inside=(), hidden=False):
    """(namespaces, name, least, most, offset) of every function that only this file sees."""
    place = 0
    while place < len(code):
        stop = re.compile(r"[;{(]").search(code, place)
        if not stop:
            return
        head = code[place : stop.start()]
        name = re.search(r"([\w:~]+|operator\S+)\s*$", head)
        namespace = re.match(r"\s*(?:inline )?namespace ?([\w:]*)\s*$", head)
        if stop.group() == "{" and namespace:
            end = end_of(code, stop.start())
            body = code[stop.end() : end - 1]
            for found in local_functions(body, inside + ((namespace.group(1),) if namespace.group(1) else ()), hidden or not namespace.group(1)):
                yield found[:4] + (found[4] + stop.end(),)
            place = end
            continue
        if stop.group() == "(":
            end = end_of(code, stop.start())
            plain = " ".join(head.split())
            is_function = name and "=" not in plain and not OTHER_HEADS.match(plain) and " " in plain and "::" not in name.group(1)
            if is_function and (hidden or plain.startswith("static ")):
                yield (inside, name.group(1)) + parameters(code[stop.end() : end - 1]) + (stop.start(),)
            # The rest: to the end of the body, or of the declaration.
            rest = re.compile(r"[;{]").search(code, end)
            if not rest:
                return
            place = end_of(code, rest.start()) if rest.group() == "{" else rest.end()
            continue
        place = end_of(code, stop.start()) if stop.group() == "{" else stop.end()


files = 0
known = collections.defaultdict(dict)
bad = []
for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
    batch, path = line.split(" ", 1)
    files += 1
    code = without_text(pathlib.Path(path).read_text(errors="replace"))
    for inside, name, least, most, offset in local_functions(code):
        here = f"{path}:{code.count(chr(10), 0, offset) + 1}"
        same = known[(batch, inside, name)]
        for other, (their_path, their_least, their_most) in same.items():
            if their_path != path and least <= their_most and their_least <= most:
                bad.append(f"check_batches: {here}: {name}() of {most} parameters is also local to {other}; rename one of them")
        same[here] = (path, least, most)
count = sum(len(places) for places in known.values())
if not count:
    sys.exit("check_batches: no local function found: this check has lost its input")
print("\n".join(bad) if bad else f"check_batches: {count} local functions in {files} files, none that two files of a batch share")
sys.exit(bool(bad))
PYTHON
