#!/usr/bin/env python3
"""Single changes to a module's sources, each built and put to the module's host tests.

usage: mutants.py MODULE... [--count N] [--seed N] [--limit PERCENT] [--tests TARGET...]
                  [--time-limit SECONDS] [--file TEXT] [--package FOLDER] [--list]

A change that the tests notice is "killed"; one that they don't is "survived", and is a hole in
the tests or leaves the module's behaviour as it was. Changes that don't compile are not counted.
The changes are made in a copy under .build-mutants that has only the targets that the module's
tests need. Not changed: comments, text, preconditions and assertions, files named +Invariants.
"""
import argparse
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

# What is appended to the copy's manifest: it keeps the test targets and what they depend on.
MANIFEST_TAIL = """
do {
  func dependencies(_ target: Target) -> [String] {
    target.dependencies.compactMap {
      switch $0 {
      case .targetItem(let name, _), .byNameItem(let name, _): name
      default: nil
      }
    }
  }
  func closure(_ names: Set<String>) -> Set<String> {
    var kept = names
    var pending = Array(names)
    while let name = pending.popLast() {
      for target in package.targets where target.name == name {
        for name in dependencies(target) where kept.insert(name).inserted { pending.append(name) }
      }
    }
    return kept
  }
  func needsPackages(_ names: Set<String>) -> Bool {
    package.targets.contains { target in
      names.contains(target.name)
        && target.dependencies.contains { if case .productItem = $0 { true } else { false } }
    }
  }
  var tests: Set<String> = [%s]
  if tests.isEmpty {
    // A module without tests of its own name is tested by those that depend on it, but for those
    // that run the tools, which aren't in the copy.
    for module in [%s] {
      let all = package.targets.filter { $0.type == .test }
      let own = all.filter { $0.name == module + "Tests" }
      let others = all.filter {
        dependencies($0).contains(module) && !needsPackages(closure([$0.name]))
      }
      tests.formUnion((own.isEmpty ? others : own).map(\\.name))
    }
  }
  let kept = closure(tests)
  package.targets.removeAll { !kept.contains($0.name) }
  package.products = []
  if !needsPackages(kept) {
    package.dependencies = []
    package.traits = []
  }
}
"""
COPIED = ["Package.swift", "Sources", "Tests", "Benchmarks", "Boot", "Documentation"]

# Each pattern and what may stand in its place. Operators have spaces around them, which tells
# them from generics, ranges and signs: swift-format sees to the spaces.
OPERATORS = [
    ("comparison", r"(?<= )<(?= )", ["<=", ">="]),
    ("comparison", r"(?<= )<=(?= )", ["<", ">"]),
    ("comparison", r"(?<= )>(?= )", [">=", "<="]),
    ("comparison", r"(?<= )>=(?= )", [">", "<"]),
    ("comparison", r"(?<= )==(?= )", ["!="]),
    ("comparison", r"(?<= )!=(?= )", ["=="]),
    ("logic", r"(?<= )&&(?= )", ["||"]),
    ("logic", r"(?<= )\|\|(?= )", ["&&"]),
    ("arithmetic", r"(?<= )\+(?= )", ["-"]),
    ("arithmetic", r"(?<= )-(?= )", ["+"]),
    ("arithmetic", r"(?<= )&\+(?= )", ["&-"]),
    ("arithmetic", r"(?<= )&-(?= )", ["&+"]),
    ("arithmetic", r"(?<= )\+=(?= )", ["-="]),
    ("arithmetic", r"(?<= )-=(?= )", ["+="]),
    ("arithmetic", r"(?<= )&\+=(?= )", ["&-="]),
    ("arithmetic", r"(?<= )&-=(?= )", ["&+="]),
    ("arithmetic", r"(?<= )\*(?= )", ["/"]),
    ("arithmetic", r"(?<= )/(?= )", ["*"]),
    ("bits", r"(?<= )(&?)<<(?= )", [">>"]),
    ("bits", r"(?<= )(&?)>>(?= )", ["<<"]),
    ("bits", r"(?<= )&(?= )", ["|"]),
    ("bits", r"(?<= )\|(?= )", ["&"]),
    ("bits", r"(?<= )\|=(?= )", ["&="]),
    ("bits", r"(?<= )&=(?= )", ["|="]),
    ("range", r"\.\.<", ["..."]),
    ("range", r"(?<=[\w)])\.\.\.(?=[\w(])", ["..<"]),
    ("extreme", r"\bmin(?=\()", ["max"]),
    ("extreme", r"\bmax(?=\()", ["min"]),
    ("extreme", r"\.min\b(?!\()", [".max"]),
    ("extreme", r"\.max\b(?!\()", [".min"]),
    ("literal", r"\btrue\b", ["false"]),
    ("literal", r"\bfalse\b", ["true"]),
]
NUMBER = re.compile(r"(?<![\w.$])(0x[0-9a-fA-F_]+|[0-9][0-9_]*)(?![\w.])")
CONDITION = re.compile(r"^(\s*(?:\} else )?(?:if|while|guard) )(.+?)( else \{.*| \{.*)$")
STATEMENT = re.compile(
    r"^\s*(?:return$|break$|continue$|"
    r"(?:(?:try[!?]? |unsafe )*[A-Za-z_][\w.\[\]()?!]*(?: (?:[-+*/|&^%]|&[-+*]|&?<<|&?>>)?= |\()))")
NOT_A_STATEMENT = re.compile(
    r"^\s*(?:if|guard|while|for|switch|case|default|func|init|deinit|let|var|return\b.|throw|import|"
    r"struct|class|enum|extension|protocol|public|package|internal|private|fileprivate|static|"
    r"mutating|borrowing|consuming|typealias|where|defer|do|catch|else|repeat|subscript|"
    r"precondition|assert|fatalError|super|self\.init)\b")
FUNCTION = re.compile(r"^(\s*)(?:@\w+(?:\([^)]*\))? )*(?:(?:public|package|private|fileprivate|internal|"
                      r"static|mutating|borrowing|consuming) )*func ")
CHECK = re.compile(r"^\s*(?:precondition|assert|preconditionFailure|assertionFailure|fatalError)\(")


def fail(message):
    sys.exit(f"mutants: {message}")


def masked(text):
    """The text with comments and the inside of strings blanked, character for character."""
    out, i, end = list(text), 0, len(text)

    def blank(start, stop):
        for k in range(start, stop):
            if out[k] != "\n":
                out[k] = " "

    while i < end:
        if text.startswith("//", i):
            stop = text.find("\n", i)
            stop = end if stop < 0 else stop
            blank(i, stop)
            i = stop
        elif text.startswith("/*", i):
            stop = text.find("*/", i)
            stop = end if stop < 0 else stop + 2
            blank(i, stop)
            i = stop
        elif text.startswith('"""', i):
            stop = text.find('"""', i + 3)
            stop = end if stop < 0 else stop
            blank(i + 3, stop)
            i = stop + 3
        elif text[i] == '"':
            stop = i + 1
            while stop < end and text[stop] not in '"\n':
                stop += 2 if text[stop] == "\\" else 1
            blank(i + 1, min(stop, end))
            i = stop + 1
        else:
            i += 1
    return "".join(out)


class Mutant:
    """One change: the characters from `start` to `stop` of a file become `replacement`."""

    def __init__(self, file, text, start, stop, replacement, kind):
        self.file, self.start, self.stop = file, start, stop
        self.replacement, self.kind = replacement, kind
        self.line = text.count("\n", 0, start) + 1
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", stop)
        last = len(text) if last < 0 else last
        self.before = " ".join(text[first:last].split())
        self.after = " ".join((text[first:start] + replacement + text[stop:last]).split())

    def applied(self, text):
        return text[: self.start] + self.replacement + text[self.stop :]

    def __str__(self):
        after = self.after or "(dropped)"
        return f"{self.file}:{self.line}: {self.kind}\n    - {self.before}\n    + {after}"


def usable_lines(code):
    """For each line, whether it may be changed: not checks, and not under a condition of the
    build but `#if !…`, which holds in the tests' build."""
    usable, conditions, depth = [], [], 0
    for line in code.split("\n"):
        word = line.strip()
        if depth == 0 and CHECK.match(line):
            depth = 1
        if word.startswith("#if"):
            conditions.append(word.startswith("#if !"))
        elif word.startswith("#else") and conditions:
            conditions[-1] = False
        elif word.startswith("#endif") and conditions:
            conditions.pop()
        in_check = depth > 0
        if in_check:
            depth = (0 if depth == 1 else depth - 1) + balance(line)
            depth = 0 if depth <= 0 else depth + 1
        usable.append(all(conditions) and not in_check and not word.startswith(("#", "@", "import ")))
    return usable


def balance(line):
    return sum(line.count(c) for c in "([{") - sum(line.count(c) for c in ")]}")


def mutants_of(file, text):
    code = masked(text)
    usable = usable_lines(code)
    lines = code.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found = []

    def add(start, stop, replacement, kind):
        found.append(Mutant(file, text, start, stop, replacement, kind))

    for number, line in enumerate(lines):
        if not usable[number] or not line.strip():
            continue
        at = starts[number]
        for kind, pattern, replacements in OPERATORS:
            for match in re.finditer(pattern, line):
                for replacement in replacements:
                    prefix = match.group(1) if match.groups() else ""
                    add(at + match.start(), at + match.end(), prefix + replacement, kind)
        for match in NUMBER.finditer(line):
            digits = match.group(1).replace("_", "")
            value = int(digits, 16 if digits.startswith("0x") else 10)
            form = hex if digits.startswith("0x") else str
            for other in {value + 1, max(value - 1, 0)} - {value}:
                add(at + match.start(1), at + match.end(1), form(other), "off by one")
        add_conditions(line, at, add)
        add_early_return(lines, number, starts, add)
        add_dropped_statement(lines, number, starts, add)
    return found


def add_conditions(line, at, add):
    match = CONDITION.match(line)
    if not match:
        return
    offset = match.end(1)
    for clause in split_clauses(match.group(2)):
        bare = clause.strip()
        if bare and not re.match(r"(let|var|case|#available|#unavailable)\b", bare):
            if balance(bare) == 0:
                start = at + offset + clause.index(bare)
                add(start, start + len(bare), f"!({bare})", "condition negated")
        offset += len(clause) + 1


def split_clauses(text):
    depth, clauses, current = 0, [], ""
    for character in text:
        depth += balance(character)
        if character == "," and depth == 0:
            clauses.append(current)
            current = ""
        else:
            current += character
    return clauses + [current]


def add_early_return(lines, number, starts, add):
    if not FUNCTION.match(lines[number]):
        return
    # The body begins at the first brace that ends a line.
    last = number
    while last + 1 < len(lines) and "{" not in lines[last]:
        last += 1
    if not lines[last].rstrip().endswith("{"):
        return
    head = " ".join(lines[number : last + 1])
    result = re.search(r"-> ([^{]+?)(?: where .*)? \{$", head.rstrip())
    if result is None:
        values = [""]
    elif result.group(1) == "Bool":
        values = [" true", " false"]
    elif result.group(1).endswith("?"):
        values = [" nil"]
    else:
        return
    stop = starts[last] + len(lines[last].rstrip())
    for value in values:
        # A semicolon, because `return` takes what follows on the next line as its value.
        add(stop, stop, f" return{value};", "returned early")


def add_dropped_statement(lines, number, starts, add):
    line = lines[number]
    if not STATEMENT.match(line) or NOT_A_STATEMENT.match(line):
        return
    before = next((l.rstrip() for l in reversed(lines[:number]) if l.strip()), "")
    # Only where a statement can begin: what stands before is whole.
    if before and re.search(r"[,(\[=+\-*/&|?:<>]$|\b(?:return|try|unsafe|in)$", before):
        if not re.search(r"\{ .*\bin$|\)\s*in$|\w in$", before):
            return
    last, depth = number, balance(line)
    while depth > 0 and last + 1 < len(lines):
        last += 1
        depth += balance(lines[last])
    while last + 1 < len(lines) and re.match(r"\s*(?:[.?:+\-*/&|]|==|<|>)", lines[last + 1]):
        last += 1
        depth += balance(lines[last])
    if depth != 0 or line.rstrip().endswith(":"):
        return
    start = starts[number] + len(line) - len(line.lstrip())
    add(start, starts[last] + len(lines[last].rstrip()), "", "statement dropped")


class Copy:
    """The copy of the package in which the changes are made."""

    def __init__(self, package, folder, modules, tests):
        self.folder = folder
        for name in COPIED:
            if (package / name).exists():
                self.update(package / name, folder / name)
        manifest = folder / "Package.swift"
        tail = MANIFEST_TAIL % tuple(
            ", ".join(f'"{name}"' for name in names) for names in (tests, modules))
        self.write(manifest, (package / "Package.swift").read_text() + tail)

    def update(self, source, copy):
        """Makes `copy` equal to `source`, leaving alone what is equal, for the next build."""
        if source.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
            for gone in set(os.listdir(copy)) - set(os.listdir(source)):
                path = copy / gone
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            for name in os.listdir(source):
                self.update(source / name, copy / name)
        elif source.name != "Package.swift":
            data = source.read_bytes()
            if not copy.exists() or copy.read_bytes() != data:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(data)

    def write(self, path, text):
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def run(self, command, limit):
        """Runs a command in the copy; (status, output), the status None when time or memory ran
        out. Ends as soon as a test has failed."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MEMBLOCK_")}
        environment.update(PWD=str(self.folder), NO_COLOR="1")
        process = subprocess.Popen(
            command, cwd=self.folder, env=environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        end, output, status = time.monotonic() + limit, b"", 0
        while True:
            ready, _, _ = select.select([process.stdout], [], [], 0.5)
            if ready:
                data = os.read(process.stdout.fileno(), 65536)
                if not data:
                    break
                output += data
                if "✘".encode() in data:
                    status = 1
                    break
            if time.monotonic() > end or memory_of(process.pid) > 8 << 30:
                status = None
                break
        if status == 0:
            status = process.wait()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        return status, output.decode(errors="replace")

    def build(self):
        return self.run(["swift", "build", "--build-tests", "--no-color-diagnostics"], 1800)

    def test(self, limit):
        # The program itself: `swift test` would put it in a group of its own, to be left behind.
        program = next((self.folder / ".build" / "debug").glob("*PackageTests.xctest"))
        if program.is_dir():
            fail("on macOS the tests are a bundle that can't be run; use Linux")
        return self.run([program, "--testing-library", "swift-testing"], limit)


def memory_of(group):
    """Bytes of memory that a process group holds; 0 where the system doesn't tell."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    return total


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("modules", nargs="+", metavar="MODULE")
    parser.add_argument("--count", type=int, default=100, help="changes tried; 0 for all")
    parser.add_argument("--seed", type=int, help="chooses the changes; printed where not given")
    parser.add_argument("--limit", type=float, help="fail where more than so many percent survive")
    parser.add_argument("--tests", nargs="+", help="test targets; else MODULETests of each module, "
                        "or those that depend on it")
    parser.add_argument("--time-limit", type=float, help="seconds for a run of the tests; else "
                        "10 and five times what they take without a change")
    parser.add_argument("--file", default="", help="only files whose path has this in it")
    parser.add_argument("--package", default=".", help="the package's folder")
    parser.add_argument("--list", action="store_true", help="print the changes, make none")
    return parser.parse_args()


def choose(arguments, package):
    """All changes to the modules' files, in the order in which the seed has them tried."""
    found = []
    for module in arguments.modules:
        # The firmware's modules are in a folder of their own; Firmware itself stands for them all.
        folders = [package / "Sources" / module, *package.glob(f"Sources/*/{module}")]
        folder = next((folder for folder in folders if any(folder.rglob("*.swift"))), None)
        if folder is None:
            fail(f"no module {module}: there is no folder {folders[0]}")
        for path in sorted(folder.rglob("*.swift")):
            name = str(path.relative_to(package))
            if arguments.file in name and not path.stem.endswith("+Invariants"):
                found += mutants_of(name, path.read_text())
    if not found:
        fail("nothing to change")
    random.Random(arguments.seed).shuffle(found)
    return found


def write_changed(path, text):
    """Writes a source and moves its time of change on by whole seconds: the compiler's driver
    takes a file for unchanged whose time is the same to the second."""
    later = max(time.time(), path.stat().st_mtime) + 2
    path.write_text(text)
    os.utime(path, (later, later))


def judge(copy, mutant, limit):
    path = copy.folder / mutant.file
    original = path.read_text()
    write_changed(path, mutant.applied(original))
    try:
        status, _ = copy.build()
        if status != 0:
            return "not compiling"
        status, output = copy.test(limit)
        if status is None:
            return "killed by time or memory"
        return "survived" if status == 0 and "Test run with" in output else "killed"
    finally:
        write_changed(path, original)


def main():
    arguments = read_arguments()
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(1 << 32)
    package = Path(arguments.package).resolve()
    chosen = choose(arguments, package)
    if arguments.list:
        print("\n".join(str(mutant) for mutant in chosen))
        return
    folder = package / ".build-mutants" / "-".join(arguments.modules)
    copy = Copy(package, folder, arguments.modules, arguments.tests or [])
    status, output = copy.build()
    if status != 0:
        fail(f"without a change the copy does not build:\n{output}")
    began = time.monotonic()
    status, output = copy.test(600)
    if status != 0 or "Test run with" not in output:
        failed = "\n".join(line for line in output.split("\n") if "✘" in line)
        fail(f"without a change the tests fail:\n{failed or output}")
    limit = arguments.time_limit or 10 + 5 * (time.monotonic() - began)
    count = arguments.count or len(chosen)
    print(f"mutants: {' '.join(arguments.modules)}: {len(chosen)} changes are possible, "
          f"{min(count, len(chosen))} are tried; SEED={arguments.seed}", flush=True)

    results, survivors = Counter(), []
    for mutant in chosen:
        if results.total() - results["not compiling"] == count:
            break
        result = judge(copy, mutant, limit)
        results[result] += 1
        if result == "survived":
            survivors.append(mutant)
            print(f"survived: {mutant}", flush=True)
    tried = results.total() - results["not compiling"]
    if tried == 0:
        fail("no change compiled")
    killed = tried - len(survivors)
    print(f"mutants: {tried} tried: {killed} killed ({results['killed by time or memory']} by time or "
          f"memory), {len(survivors)} survived ({100 * len(survivors) / tried:.0f} %); "
          f"{results['not compiling']} more did not compile; SEED={arguments.seed}")
    if arguments.limit is not None and 100 * len(survivors) > arguments.limit * tried:
        fail(f"more than {arguments.limit:g} % survived")


# A reader that has seen enough, as `head` has, ends this quietly.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
main()
