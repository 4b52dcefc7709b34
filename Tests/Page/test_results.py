"""What the page computes is what the tool computes, on every recorded machine. The tool runs the
same libraries, and its own tests hold it to Linux's tables and to the kernel's expected results."""
import json
import os
import subprocess
import tempfile
from pathlib import Path

from browser import PAGE, TOOL, PageTest, tool

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

    def test_operations_of_a_log(self):
        """The tables after each of a log's own operations end with those of Linux's last dump."""
        self.choose("linux-6.12-numa2")
        self.page.check("#source-log")
        count = self.page.evaluate("() => app.logOperations.length")
        self.assertGreater(count, 20)
        self.page.evaluate("count => moveTo(count)", count)
        self.assertEqual(self.page.inner_text("#step-title"), "After the log's last operation")
        allocation = self.page.evaluate(
            "() => app.logOperations.findIndex(operation => operation.kind === 'allocate')")
        self.page.evaluate("at => moveTo(at)", allocation)
        found = self.page.inner_text("#passes tr.found .range").replace("–", "-")
        number = 1 + self.page.evaluate(
            "at => app.logOperations.slice(0, at).filter(one => one.kind === 'allocate').length",
            allocation)
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
