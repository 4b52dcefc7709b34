"""What the page computes is what the tool computes, and what the kernel comes to when it boots, on
every recorded machine. All three run the same libraries; the module Replay's tests hold them to
Linux's tables."""
import json
import os
import subprocess
import tempfile
from pathlib import Path

from browser import PAGE, TOOL, PageTest, tool
from kernel import KernelLog

FOUR_NODES = "quanta-qssc-s4r-4node-128g"


class Results(PageTest):
    def test_every_recorded_machine(self):
        recorded = self.recorded()
        self.assertGreaterEqual(len(recorded), 52)
        self.assertEqual(len(recorded[FOUR_NODES]["files"]), 2)
        for name, one in recorded.items():
            with self.subTest(machine=name), tempfile.TemporaryDirectory() as folder:
                files = [Path(folder) / file["name"] for file in one["files"]]
                for path, file in zip(files, one["files"]):
                    path.write_text(file["text"])
                option = []
                if "commandLine" in one:
                    option = ["--command-line", one["commandLine"]]
                self.choose(name)
                page = json.loads(self.download("#export-json"))
                show = json.loads(tool("show", "--json", *files))
                # The page knows files by name alone.
                show["files"] = [Path(file).name for file in show["files"]]
                for entry in (entry for one_map in show["maps"] for entry in one_map["entries"]):
                    entry["file"] = Path(entry["file"]).name
                self.assertEqual(page["machine"], show)
                replay = json.loads(tool("replay", "--json", *option, *files))
                self.assertNotIn("failure", replay)
                self.assertEqual(page["replay"], replay)
                self.compare_with_kernel(replay, show, KernelLog(
                    show, "".join(file["text"] for file in one["files"]), replay["commandLine"]))

    def compare_with_kernel(self, replay, show, kernel):
        """The lines about nodes and zones, and memblock's `memory`, of a boot in QEMU."""
        # A node that holds what the loader left there is not hot-pluggable. The kernel is started
        # without that; where the log has a dump, the replay is not.
        wanted = 0xfe if "reserved" in show else 0xff
        self.assertEqual([line for line in replay["zoneLines"] if KernelLog.is_range(line)],
                         kernel.ranges)
        step = next(step for step in replay["steps"] if step["function"] == "initmem_init")
        self.assertEqual(
            [(region["start"], region["last"], region.get("node"), int(region["flags"], 16) & wanted)
             for region in step["memory"]["regions"]],
            [(start, last, node, flags & wanted) for start, last, node, flags in kernel.memory])
        self.assertGreater(len(kernel.memory), 0)

    def test_command_line_and_page_size(self):
        self.choose("thinkpad-t400")
        log = self.recorded()["thinkpad-t400"]["files"][0]["text"]
        for line, size, value in [("mem=1G", "2M", "1"), ("numa=fake=4 memmap=64M$1G", "4K", "0")]:
            self.page.fill("#command-line", line)
            self.page.select_option("#page-size", value)
            self.page.click("#machine-form button")
            page = json.loads(self.download("#export-json"))
            self.assertEqual(page["replay"], json.loads(tool(
                "replay", "--json", "--command-line", line, "--page", size, text=log)))

    def test_rules_of_a_version(self):
        self.choose("m4g")
        log, commands = self.recorded()["m4g"]["files"][0]["text"], self.recorded()["m4g"]["commandLine"]
        replays = []
        for rules in ("6.12", "7.3"):
            self.page.select_option("#rules", rules)
            self.page.click("#machine-form button")
            replays.append(json.loads(self.download("#export-json"))["replay"])
            self.assertEqual(replays[-1], json.loads(tool(
                "replay", "--json", "--linux", rules, "--command-line", commands, text=log)))
            self.assertEqual(replays[-1]["rules"], rules)
        # What the kernel has taken for itself is marked from 6.16 on.
        self.assertEqual([any(region["flags"] == "0x20" for region in
                              replay["steps"][-1]["reserved"]["regions"]) for replay in replays],
                         [False, True])

    def test_operations_of_a_log(self):
        """The tables after each of a log's own operations end with those of Linux's last dump."""
        self.choose("linux-6.12-numa2")
        self.page.check("#source-log")
        count = self.page.evaluate("() => app.logOperations.length")
        self.assertGreater(count, 20)
        self.assertEqual(self.page.input_value("#slider"), str(count))
        last = json.loads(self.download("#export-json"))["machine"]["memory"]["regions"]
        self.assertEqual(self.rows("memory"), len(last))
        allocation = self.page.evaluate(
            "() => app.logOperations.findIndex(operation => operation.function.includes('_alloc'))")
        self.page.evaluate("at => moveTo(at)", allocation + 1)
        found = self.page.inner_text("#passes tr.found .range").replace("–", "-")
        number = 1
        log = self.recorded()["linux-6.12-numa2"]["files"][0]["text"]
        explained = tool("explain", "--allocation", number, text=log)
        line = next(line for line in explained.splitlines() if "memory is found here" in line)
        # The gap, written in 16 digits by the tool.
        gap = "-".join(hex(int(part, 16)) for part in line.split()[0].split("-"))
        self.assertEqual(found, gap)

    def test_page_with_a_log_in_it(self):
        """`plot -o FILE.html` writes the page with a log in it, which it boots at once."""
        name = "bochs-kvm-384m-numa"
        with tempfile.TemporaryDirectory() as folder:
            log, page = Path(folder) / "a <b> &amp; c.txt", Path(folder) / "machine.html"
            log.write_text(self.recorded()[name]["files"][0]["text"])
            environment = {**os.environ, "MEMBLOCK_PAGE": str(PAGE)}
            subprocess.run([TOOL, "plot", "-o", str(page), str(log)], check=True, env=environment)
            self.page.goto(page.as_uri())
            self.page.wait_for_selector("html[data-ready]", state="attached")
            self.settle()
            shown = self.page.inner_text("#memory-title")
            self.assertIn(log.name, self.message())
        self.requests = [url for url in self.requests if "machine.html" not in url]
        self.page.goto(PAGE.as_uri())
        self.page.wait_for_selector("html[data-ready]", state="attached")
        self.choose(name)
        self.assertEqual(self.page.inner_text("#memory-title"), shown)

    def test_trace(self):
        """What was tried is a trace, and the tool's run of it ends with the same tables."""
        self.choose("linux-6.12-numa2")
        self.page.fill("#size", "3M")
        self.page.click("#run")
        self.page.select_option("#kind", "reserve")
        self.page.fill("#start", "0x5000000")
        self.page.click("#run")
        self.page.select_option("#kind", "mark_nomap")
        self.page.fill("#start", "1G")
        self.page.click("#run")
        trace = self.download("#export-trace").decode()
        self.assertIn("phys_alloc_range 0x300000 0x1000 0x0 0x0", trace)
        output = tool("trace", text=trace)
        tables = json.loads(self.download("#export-json"))["trial"]["tables"]
        final = output.split("\nfinal\n")[1].splitlines()
        for table, letter in (("memory", "m"), ("reserved", "r")):
            expected = [(int(region["start"], 16), int(region["size"], 16))
                        for region in tables[table]["regions"]]
            found = [tuple(int(part, 16) for part in line.split()[2:4])
                     for line in final if line.startswith(f"{letter} ")]
            self.assertEqual(found, expected)
