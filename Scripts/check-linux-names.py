#!/usr/bin/env python3
"""usage: check-linux-names.py SYMBOLS | check-linux-names.py --header MEMBLOCK.H
Holds the table of Linux's functions (LinuxFunctions.md of Memblock) to the two sides that it joins: the
symbol graphs of the libraries, in which each Swift name must be; or Linux's header, each function and
macro of which must be in the table."""
import json
import re
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "Sources/Memblock/Documentation.docc/LinuxFunctions.md"
ROW = re.compile(r"^\| (.+?) \| (.*?) \|", re.MULTILINE)
# What the header declares that is of the whole of early memory, and of no memblock.
OTHERS = {"alloc_large_system_hash", "memtest_report_meminfo"}


def names_of_graphs(folder):
    """The names of all symbols: `size` and `add(_:node:)` alike."""
    names = set()
    for path in Path(folder).glob("*.symbols.json"):
        for symbol in json.loads(path.read_text())["symbols"]:
            names.add(symbol["pathComponents"][-1])
    return names


def stands_for(shown, name):
    """Whether a name in the table is that symbol's: arguments that have a default may be left out."""
    if "(" not in shown:
        return shown == name
    if "(" not in name:
        return False
    base, labels = shown.rstrip(")").split("(", 1)
    real, all_labels = name.rstrip(")").split("(", 1)
    if base != real:
        return False
    rest = iter(all_labels.split(":"))
    return all(label in rest for label in labels.split(":") if label)


def check_names(folder):
    names = names_of_graphs(folder)
    shown = []
    for row in ROW.finditer(PAGE.read_text()):
        for quoted in re.findall(r"`+([^`]+)`+", row[2]):
            # A call with values, or a part of a longer expression, is not a symbol's name.
            name = re.sub(r"\[.*", "", quoted.split("/")[-1].split(".")[-1] if "(" not in quoted
                          else re.sub(r"^[A-Z]\w*[./]", "", quoted))
            name = re.sub(r"\(.*….*", "", name)
            if re.fullmatch(r"\w+(\((\w+:)*\))?", name):
                shown.append(name)
    missing = [name for name in shown if not any(
        stands_for(name, one) or name == one.split("(")[0] for one in names)]
    if missing or len(shown) < 80:
        sys.exit(f"check-linux-names: {len(shown)} names; no symbol is called {', '.join(missing)}")
    print(f"Linux's functions: {len(shown)} names of ours are there")


def check_header(header):
    text = re.sub(r"/\*.*?\*/", "", Path(header).read_text(), flags=re.DOTALL)
    found = set(re.findall(
        r"\b(_*(?:memblock|for_each|next_(?:mem|physmem)|reserve_mem|early_mem|memtest|alloc_large)\w*)\s*\(", text))
    listed = set(re.findall(r"`(\w+)`", PAGE.read_text()))
    # Of a helper with underscores before its name the name itself is listed.
    missing = sorted(name for name in found - OTHERS if name not in listed)
    if missing or len(found) < 70:
        sys.exit(f"check-linux-names: {header} has {len(found)} names; not in the table: {', '.join(missing)}")
    print(f"Linux's functions: all {len(found - OTHERS)} names of the header are in the table")


if len(sys.argv) == 3 and sys.argv[1] == "--header":
    check_header(sys.argv[2])
elif len(sys.argv) == 2:
    check_names(sys.argv[1])
else:
    sys.exit(__doc__)
