#!/usr/bin/env python3
"""usage: check-outputs.py PAGE...
Runs again what a page quotes, and compares. A quoted output is a block behind a comment that names
the command:

    <!-- output: memblock explain Tests/FirmwareTests/Data/Maps/thinkpad-t400.txt -->

The command is of the tool `memblock`, or `make run`. A line "..." stands for lines that are left out,
before and behind the block there may be some as well; within a line "…" stands for what moves from
build to build. All other lines must be there, one after another."""
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^<!-- output: (.+?) -->\n+```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command):
    """The lines that a command prints."""
    words = shlex.split(command)
    environment = dict(os.environ)
    if words[0] == "memblock":
        words[0] = os.environ["MEMBLOCK_TOOL"]
    elif words[:2] == ["make", "run"]:
        environment.update(word.split("=", 1) for word in words[2:])
        words = [str(ROOT / "Scripts/run.sh")]
    else:
        sys.exit(f"check-outputs: '{command}' is neither memblock nor make run")
    done = subprocess.run(words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        sys.exit(f"check-outputs: '{command}' ended with {done.returncode}\n{done.stderr[-2000:]}")
    return [line.rstrip() for line in done.stdout.splitlines()]


def find(lines, printed, start):
    """Where lines stand one after another in what was printed, from `start` on; the place behind
    them, or the first line that is missing."""
    patterns = [re.compile(".*".join(re.escape(part) for part in line.split("…"))) for line in lines]
    best = 0
    for at in range(start, len(printed) - len(lines) + 1):
        count = 0
        while count < len(lines) and patterns[count].fullmatch(printed[at + count]):
            count += 1
        if count == len(lines):
            return at + count, None
        best = max(best, count)
    return start, lines[best]


def main():
    count = 0
    for page in sys.argv[1:]:
        text = Path(page).read_text()
        marked = len(re.findall(r"^<!-- output:", text, re.MULTILINE))
        blocks = list(BLOCK.finditer(text))
        if len(blocks) != marked or not blocks:
            sys.exit(f"check-outputs: {page}: {marked} outputs are marked, {len(blocks)} have a block")
        printed = {}
        for block in blocks:
            command, quoted = block[1], block[2]
            printed.setdefault(command, None)
            if printed[command] is None:
                printed[command] = run(command)
            place = 0
            for part in re.split(r"^\.\.\.$", quoted, flags=re.MULTILINE):
                lines = [line.rstrip() for line in part.strip("\n").split("\n")]
                place, missing = find(lines, printed[command], place)
                if missing is not None:
                    number = text[:block.start()].count("\n") + 1
                    sys.exit(f"check-outputs: {page}:{number}: '{command}' does not print, there:\n{missing}")
            count += 1
    print(f"outputs: {count} that the pages quote are what the commands print")


main()
