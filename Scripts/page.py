#!/usr/bin/env python3
"""usage: page.py WASM OUTPUT
Puts the page together: one HTML file with its styles, its script, the libraries as WebAssembly
and the recorded machines. The last two are compressed, in base64."""
import base64
import gzip
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "Sources/Page"
SCRIPTS = ["engine.js", "format.js", "picture.js", "rows.js", "state.js", "app.js"]
LIMIT = 1_500_000


def machine(group, title, files, command_line=None):
    one = {"group": group, "title": title,
           "files": [{"name": path.name, "text": path.read_text()} for path in files]}
    if command_line is not None:
        one["commandLine"] = command_line
    return one


def recorded():
    """Every machine that the tests know, by the name of its log."""
    machines = {}
    maps = ROOT / "Tests/FirmwareTests/Data/Maps"
    for path in sorted(maps.glob("*.txt")):
        if path.stem.endswith("-4node-srat"):
            continue
        files = [path]
        if path.stem.startswith("quanta"):
            files.append(maps / "quanta-qssc-s4r-4node-srat.txt")
        machines[path.stem] = machine("Maps from public boot logs", path.stem, files)
    for path in sorted((ROOT / "Tests/MemblockToolTests/Data").iterdir()):
        machines[path.stem] = machine("Whole logs", path.stem, [path])
    for path in sorted((ROOT / "Tests/FirmwareTests/Data/Boots").glob("*.tables")):
        lines = path.with_suffix(".machine").read_text().splitlines()
        command_line = next((line[8:] for line in lines if line.startswith("cmdline ")), "")
        machines[path.stem] = machine("Linux 6.12 in QEMU", path.stem, [path], command_line.strip())
    return machines


def packed(content):
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def main():
    wasm, output = Path(sys.argv[1]), Path(sys.argv[2])
    script = "\n".join((PARTS / name).read_text() for name in SCRIPTS)
    if "</script" in script:
        sys.exit("page: the script would end the script")
    page = (PARTS / "page.html").read_text()
    for name, content in {
        "page.css": (PARTS / "page.css").read_text(),
        "picture.css": (PARTS / "picture.css").read_text(),
        "code": packed(wasm.read_bytes()),
        "recorded": packed(json.dumps(recorded()).encode()),
        "script": script,
    }.items():
        page = page.replace("{{" + name + "}}", content)
    size = len(page.encode())
    if size > LIMIT:
        sys.exit(f"page: {size} bytes, and {LIMIT} are the limit")
    output.write_text(page)
    print(f"page: {size} bytes, {LIMIT} are the limit", file=sys.stderr)


main()
