"""The kernel itself, booted in QEMU with the memory of a log's machine."""
import os
import re
import subprocess
import tempfile
from pathlib import Path

# A region in a dump of memblock's tables.
REGION = re.compile(r" memory\[0x[0-9a-f]+\]\t\[(0x[0-9a-f]+)-(0x[0-9a-f]+)\], 0x[0-9a-f]+ bytes"
                    r"(?: on node (\d+))? flags: (0x[0-9a-f]+)")


class KernelLog:
    """What a boot says of memory, once nodes are found."""

    def __init__(self, show, log, command_line):
        """Boots with the firmware's map as `show --json` has it, and the log's SRAT."""
        with tempfile.NamedTemporaryFile("w", suffix=".log") as file:
            lines = self.map_lines(show)
            srat = [line for line in log.splitlines(keepends=True) if "SRAT:" in line]
            file.write(lines + "".join(srat) if lines else log)
            file.flush()
            boot = subprocess.run(
                [os.environ["MEMBLOCK_OS"], "boot", "--recorded", file.name, "--image",
                 os.environ["MEMBLOCK_KERNEL_ELF"], f"--cmdline={command_line} memblock=debug"],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        lines = boot.stdout.decode(errors="replace").replace("\r", "").splitlines()
        if boot.returncode != 0:
            raise AssertionError(f"the kernel ended with {boot.returncode}: {lines[-5:]} {boot.stderr}")
        dumps = [at for at, line in enumerate(lines) if line == "MEMBLOCK configuration:"]
        regions = [REGION.fullmatch(line) for line in lines[dumps[-1]:]]
        self.memory = [(found[1], found[2], found[3] and int(found[3]), int(found[4], 16))
                       for found in regions if found]
        self.ranges = [line for line in lines if self.is_range(line)]

    @staticmethod
    def map_lines(show):
        """The firmware's map in one form, whichever the log has: Linux 7's words are others."""
        names = {1: "usable", 2: "reserved", 3: "ACPI data", 4: "ACPI NVS", 5: "unusable"}
        entries = next((one["entries"] for one in show["maps"] if one["source"] == "BIOS-e820"), [])
        return "".join(
            f"BIOS-e820: [mem {one['start']}-{one['last']}] "
            f"{names.get(one['typeNumber'], 'type ' + str(one['typeNumber']))}\n" for one in entries)

    @staticmethod
    def is_range(line):
        """Whether a line says where a node or a zone lies."""
        return re.match(r"  (node +\d+: \[|(DMA|DMA32|Normal|Movable|Device) +(\[|empty))", line) is not None
