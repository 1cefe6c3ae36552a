"""Draws terminal output (lines with ANSI colours on stdin) as an SVG on stdout."""
import html
import re
import sys

COLUMNS = 104
COLOURS = {"1": ("bold", None), "1;31": ("bold", "#ff7b72"), "1;33": ("bold", "#e3b341"), "1;32": ("bold", "#7ee787"),
           "1;34": ("bold", "#79c0ff"), "2": (None, "#8b949e"), "0": (None, None)}


def pieces(line):
    """Splits a line into (text, weight, colour)."""
    style = (None, None)
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if code:
            style = COLOURS.get(code.group(1), (None, None))
        elif part:
            yield part, *style


def wrapped(line):
    """The line's pieces, cut to the width of the picture."""
    out, width = [[]], 0
    for text, weight, colour in pieces(line):
        for word in re.findall(r"\S+\s*|\s+", text):
            if width + len(word.rstrip()) > COLUMNS:
                out.append([("    ", None, None)])
                width = 4
            out[-1].append((word, weight, colour))
            width += len(word)
    return out


rows = []
for line in sys.stdin.read().splitlines():
    rows += [[(line, "bold", "#f0f6fc")]] if line.startswith("$ ") else wrapped(line)

height = 20 * len(rows) + 56
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}" role="img" '
      'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13.5">')
print("<title>A commit that is blocked, and the repair</title>")
print(f'<rect width="900" height="{height}" rx="8" fill="#0d1117"/>')
for x, colour in ((22, "#ff5f56"), (42, "#ffbd2e"), (62, "#27c93f")):
    print(f'<circle cx="{x}" cy="20" r="6" fill="{colour}"/>')
for number, row in enumerate(rows):
    spans = ""
    for text, weight, colour in row:
        attributes = (f' font-weight="{weight}"' if weight else "") + (f' fill="{colour}"' if colour else "")
        spans += f"<tspan{attributes}>{html.escape(text)}</tspan>" if attributes else html.escape(text)
    print(f'<text x="20" y="{20 * number + 54}" fill="#c9d1d9" xml:space="preserve">{spans}</text>')
print("</svg>")
