#!/usr/bin/env python3
"""usage: MEMORY=4G FIRMWARE=bios|uefi BOOT=iso|usb CMDLINE="…" QEMU_ARGS="…" screenshot.py [FILE]
Boots the kernel as `make run` does, has it draw its memory, and saves the screen as a PNG file:
screenshot.png, or FILE."""
import os
import pty
import re
import select
import shlex
import sys
import tempfile
import time
from pathlib import Path

import screen

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshot.png").resolve()
LIMIT = 120


def fail(reason):
    sys.exit(f"screenshot: {reason}")


class Machine:
    """The kernel at a terminal."""

    def __init__(self, monitor):
        extra = f"{os.environ.get('QEMU_ARGS', '')} -monitor {shlex.quote(f'unix:{monitor},server,nowait')}"
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execve(ROOT / "Scripts/run.sh", ["run.sh"], os.environ | {"QEMU_ARGS": extra})
        self.text = ""
        self.end = time.monotonic() + LIMIT

    def expect(self, *patterns):
        """Waits for one of some texts; gives the one that came first."""
        while True:
            for pattern in patterns:
                if found := re.search(pattern, self.text):
                    self.text = self.text[found.end():]
                    return found
            if time.monotonic() > self.end:
                fail(f"nothing of {patterns} after {LIMIT} s")
            if select.select([self.terminal], [], [], 1)[0]:
                try:
                    self.text += os.read(self.terminal, 4096).decode(errors="replace")
                except OSError:
                    print(self.text, file=sys.stderr)
                    fail("the machine has ended")

    def type(self, text):
        os.write(self.terminal, text.encode())


def main():
    with tempfile.TemporaryDirectory() as folder:
        monitor = Path(folder) / "monitor"
        machine = Machine(monitor)
        machine.expect(r"Up\. Type help")
        machine.expect(r"> ")
        machine.type("picture\r")
        answer = machine.expect(r"picture: [^\r\n]*", r"there is no framebuffer[^\r\n]*")[0]
        if answer.startswith("picture"):
            OUTPUT.write_bytes(screen.png(screen.settled(monitor, folder)))
            machine.type("q")
            machine.expect(r"> ")
        machine.type("exit\r")
        os.waitpid(machine.process, 0)
    if not answer.startswith("picture"):
        fail(f"{answer}: BOOT=iso or usb has one")
    print(OUTPUT)


main()
