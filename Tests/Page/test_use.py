"""The page as a user meets it: paste, point, search, slide, try, undo, compare, export, share."""
import struct
import xml.etree.ElementTree as ElementTree

from browser import ROOT, PageTest

MAP = """BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved
BIOS-e820: [mem 0x0000000000100000-0x000000007ffdffff] usable
BIOS-e820: [mem 0x000000007ffe0000-0x000000007fffffff] ACPI data
"""


class Reading(PageTest):
    def test_paste(self):
        self.paste(MAP)
        self.assertIn("e820", self.message())
        self.assertEqual(self.page.locator("#picture text.row").first.text_content(), "BIOS-e820")
        self.assertEqual(self.page.locator("#picture rect.acpiData").count(), 1)
        self.assertIn("2", self.page.inner_text("#memory-title"))

    def test_pasting_boots_at_once(self):
        self.page.evaluate("""text => {
          const box = document.getElementById('log');
          box.value = text;
          box.dispatchEvent(new Event('paste'));
        }""", MAP)
        self.page.wait_for_selector("#picture rect.box")

    def test_file_and_drop(self):
        log = ROOT / "Tests/MemblockToolTests/Data/linux-7.1-thinkpad-t14.dmesg"
        self.page.set_input_files("#file", log)
        self.page.wait_for_selector("#picture rect.box")
        self.assertIn("thinkpad", self.message())
        self.page.evaluate("""text => {
          const data = new DataTransfer();
          data.items.add(new File([text], 'dropped.log'));
          window.dispatchEvent(new DragEvent('drop', {dataTransfer: data, cancelable: true}));
        }""", MAP)
        self.page.wait_for_function("() => document.getElementById('message').textContent.includes('dropped.log')")

    def test_bad_input_is_told_in_words(self):
        for text, words in [
            ("", "Paste a boot log"),
            ("roses are red\n", "Looked for"),
            ("add 0x1000 0x1000\nreserve 0x1000 16\n", "this is a trace"),
            ("NUMA turned off\nZone ranges:\n  DMA      [mem 0x0000000000001000-0x0000000000ffffff]\n",
             "no map of memory"),
        ]:
            self.paste(text)
            self.assertIn(words, self.message())
            self.assertIn("error", self.page.get_attribute("#message", "class"))
        self.paste(MAP + "BIOS-e820: [mem 0x0000000100000000-oops] usable\n")
        self.assertIn("line 5", self.message())
        self.assertTrue(self.page.is_visible("#picture"))

    def test_a_machine_that_cannot_boot(self):
        self.paste("BIOS-e820: [mem 0x0000000000000000-0x0000000000000fff] reserved\n")
        self.assertIn("ends early", self.page.inner_text("#failure"))


class Picture(PageTest):
    def box(self, row):
        """The first box of a row."""
        return self.page.locator(f"#picture rect.box.{row}").first

    def view(self):
        return self.page.evaluate("() => app.picture.view")

    def test_hover(self):
        self.choose("thinkpad-t400")
        self.box("acpiNVS").hover()
        tip = self.page.inner_text("#tip")
        self.assertIn("ACPI NVS", tip)
        self.assertIn("thinkpad-t400.txt:", tip)
        self.box("taken").hover()
        self.assertIn("since step 1", self.page.inner_text("#tip"))
        self.page.mouse.move(5, 5)
        self.assertTrue(self.page.is_hidden("#tip"))

    def test_search(self):
        self.choose("linux-6.12-numa2")
        self.page.fill("#address", "0x1000000")
        self.page.press("#address", "Enter")
        detail = self.page.inner_text("#detail")
        self.assertIn("0x0000000001000000 is in", detail)
        self.assertIn("reserved: 0x1000000", detail)
        self.assertNotEqual(self.view(), [0, 1])
        self.page.fill("#address", "1T")
        self.page.press("#address", "Enter")
        self.assertIn("in no range", self.page.inner_text("#detail"))
        self.page.fill("#address", "pizza")
        self.page.press("#address", "Enter")
        self.assertIn("is not a number", self.message())

    def test_zoom_pan_and_keys(self):
        self.choose("x86-16node-12tib-srat-and-node-ranges")
        self.page.focus("#picture")
        self.page.keyboard.press("ArrowRight")
        first = self.page.inner_text("#detail")
        self.page.keyboard.press("ArrowRight")
        self.assertNotEqual(self.page.inner_text("#detail"), first)
        self.page.keyboard.press("Enter")
        from_, to = self.view()
        self.assertLess(to - from_, 0.5)
        self.page.keyboard.press("Shift+ArrowRight")
        self.assertGreater(self.view()[0], from_)
        self.page.keyboard.press("ArrowDown")
        self.assertIn("reserved", self.page.inner_text("#detail"))
        self.page.keyboard.press("0")
        self.assertEqual(self.view(), [0, 1])
        self.page.hover("#picture")
        self.page.mouse.wheel(0, -600)
        self.settle()
        from_, to = self.view()
        self.assertLess(to - from_, 0.3)
        box = self.page.locator("#picture").bounding_box()
        self.page.mouse.move(box["x"] + 700, box["y"] + 60)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 600, box["y"] + 60, steps=4)
        self.page.mouse.up()
        self.assertGreater(self.view()[0], from_)

    def test_linear(self):
        """On the linear scale boxes are as wide as memory is large."""
        self.paste("BIOS-e820: [mem 0x0-0x3fffffff] usable\nBIOS-e820: [mem 0x40000000-0xffffffff] reserved\n")
        def widths():
            return [float(self.page.locator(f"#picture rect.{style}").first.get_attribute("width"))
                    for style in ("usable", "reserved")]
        self.page.check("#linear")
        self.settle()
        usable, reserved = widths()
        self.assertAlmostEqual(reserved / usable, 3, delta=0.01)
        self.page.check("#equal")
        self.settle()
        self.assertGreater(widths()[0] / usable, 2)

    def test_bands_of_nodes(self):
        self.choose("x86-16node-12tib-srat-and-node-ranges")
        names = self.page.locator("#picture text.row").all_text_contents()
        self.assertEqual([name for name in names if name.startswith("node")],
                         [f"node {node}" for node in range(16)])


class Boot(PageTest):
    def test_slider(self):
        self.choose("hotplug")
        last = int(self.page.get_attribute("#slider", "max"))
        self.page.focus("#slider")
        self.page.keyboard.press("Home")
        self.assertTrue(self.page.inner_text("#step-title").startswith("1. What is taken"))
        self.assertIn("memblock_reserve: [", self.page.inner_text("#step-line"))
        self.assertEqual((self.rows("memory"), self.rows("reserved")), (0, 1))
        self.settle()
        self.assertEqual(self.page.locator("#picture rect.mark").count(), 1)
        self.page.click("#step-forward")
        self.assertGreater(self.rows("reserved"), 0)
        self.assertEqual(self.page.locator("#reserved-rows tr.new").count(), self.rows("reserved"))
        titles = [self.page.inner_text("#step-title")]
        while int(self.page.input_value("#slider")) < last:
            self.page.click("#step-forward")
            titles.append(self.page.inner_text("#step-title"))
        self.assertEqual([title.split(".")[0] for title in titles], [str(n) for n in range(1, 11)])
        self.page.click("#back")
        self.page.click("#step-back")
        self.page.click("#ticks button >> nth=4")
        self.assertTrue(self.page.inner_text("#step-title").startswith("5."))
        self.assertIn("reserve_real_mode()", self.page.inner_text("#step-where"))

    def test_single_operations(self):
        """Each operation's tables, and what it changed in them; an allocation's gaps."""
        self.choose("numa2")
        self.page.click("#ticks button >> nth=3")
        ram = self.page.inner_text("#memory-title")
        self.page.click("#ticks button >> nth=2")
        self.assertEqual(self.rows("memory"), 0)
        # RAM arrives region by region; the last state of the step is what it was before.
        for count in range(1, 3):
            self.page.click("#forward")
            self.assertIn(f"operation {count} of", self.page.inner_text("#step-where"))
            self.assertIn("memblock_add: [", self.page.inner_text("#step-line"))
            self.assertEqual(self.rows("memory"), count)
            self.assertEqual(self.page.locator("#memory-rows tr.new").count(), 1)
            self.assertEqual(self.page.locator("#reserved-rows tr.new").count(), 0)
        self.page.click("#back")
        self.assertEqual(self.rows("memory"), 1)
        self.page.click("#step-forward")
        self.assertEqual(self.page.inner_text("#memory-title"), ram)
        # A page table's frame: one line asks, the next is the answer, and both are one operation.
        self.page.click("#ticks button >> nth=5")
        before = self.page.inner_text("#reserved-title")
        self.page.click("#forward")
        request, answer = self.page.inner_text("#step-line").splitlines()
        self.assertIn("memblock_phys_alloc_range: 4096 bytes", request)
        self.assertNotEqual(self.page.inner_text("#reserved-title"), before)
        self.assertEqual(self.page.locator("#reserved-rows tr.new").count(), 1)
        gap = self.page.inner_text("#passes tr.found .range").split("–")
        start, last = (int(part, 16) for part in answer.split("[")[1].split("]")[0].split("-"))
        self.assertTrue(int(gap[0], 16) <= start and last <= int(gap[1], 16))
        # Of what comes later in the step nothing is told yet.
        for count in (1, 2):
            taken = self.page.locator("#picture rect.taken.new")
            taken.hover()
            self.assertEqual(self.page.inner_text("#tip").count("memblock_phys_alloc_range"), count)
            self.page.click("#forward")
        self.page.click("#back")
        self.page.click("#back")
        # What is tried begins at the operation.
        self.page.select_option("#kind", "reserve")
        self.page.fill("#start", "16")
        self.page.fill("#size", "16")
        here = self.page.inner_text("#reserved-title")
        self.page.click("#run")
        self.assertIn("after operation 1 of step 7", self.page.inner_text("#try-note"))
        self.page.click("#undo")
        self.assertEqual(self.page.inner_text("#reserved-title"), here)

    def test_tables_that_grow(self):
        """A map of hundreds of entries: tables grow, and each operation is right behind it too."""
        self.choose("memmap-many")
        positions = self.page.evaluate("() => app.positions.length")
        self.assertGreater(positions, 200)
        found = self.page.evaluate("""() => {
          const counts = [];
          app.positions.forEach((position, at) => {
            if (position.step !== 3) return;
            moveTo(at);
            counts.push(moment().tables.memory.regions.length);
          });
          return counts;
        }""")
        self.assertEqual(found[:-1], list(range(1, len(found))))
        self.assertGreater(found[-1], 128)

    def test_play(self):
        self.choose("virtualbox-4g")
        self.page.click("#play")
        self.page.wait_for_function("() => Number(document.getElementById('slider').value) >= 2")
        self.page.click("#play")
        self.assertEqual(self.page.inner_text("#play"), "Play")

    def test_log_operations(self):
        self.assertTrue(self.page.evaluate("() => document.getElementById('source-log').disabled"))
        self.choose("linux-6.12-m128")
        self.page.check("#source-log")
        self.page.focus("#slider")
        self.page.keyboard.press("Home")
        self.assertIn("Before the first", self.page.inner_text("#step-title"))
        self.page.click("#forward")
        self.page.click("#forward")
        self.assertIn("linux-6.12-m128.log:", self.page.inner_text("#step-line"))
        self.assertIn("operation 2 of", self.page.inner_text("#step-where"))
        self.page.fill("#size", "16M")
        self.page.click("#run")
        self.assertIn("operation 2 of", self.page.inner_text("#try-note"))
        self.assertEqual(self.page.locator("#tried li:not(.failed)").count(), 1)


class Trying(PageTest):
    def test_allocate_and_undo(self):
        self.choose("linux-6.12-numa2")
        before = self.page.inner_text("#reserved-title")
        self.page.fill("#size", "64M")
        self.page.fill("#node", "0")
        self.page.click("#run")
        self.assertIn("allocate 64 MiB", self.page.inner_text("#tried"))
        after = self.page.inner_text("#reserved-title")
        self.assertNotEqual(after, before)
        self.assertEqual(self.page.locator("#passes tr.found").count(), 1)
        self.assertIn("on node 1", self.page.inner_text("#passes"))
        self.page.click("#undo")
        self.assertEqual(self.page.inner_text("#reserved-title"), before)
        self.page.click("#redo")
        self.assertEqual(self.page.inner_text("#reserved-title"), after)
        self.page.click("#restart")
        self.assertEqual(self.page.inner_text("#reserved-title"), before)
        self.assertTrue(self.page.is_disabled("#undo"))

    def test_ranges(self):
        self.choose("virtualbox-4g")
        memory, reserved = self.rows("memory"), self.rows("reserved")
        self.page.fill("#node", "0")
        for kind, counts in [("remove", (memory + 1, reserved)), ("add", (memory, reserved)),
                             ("reserve", (memory, reserved + 1)), ("free", (memory, reserved)),
                             ("mark_nomap", (memory + 2, reserved))]:
            self.page.select_option("#kind", kind)
            self.page.fill("#start", "0x40000000")
            self.page.fill("#size", "1M")
            self.page.click("#run")
            self.assertEqual((self.rows("memory"), self.rows("reserved")), counts)
        self.assertIn("no-map", self.page.inner_text("#memory-rows"))

    def test_what_cannot_be(self):
        self.choose("virtualbox-4g")
        self.page.fill("#size", "1T")
        self.page.click("#run")
        self.assertIn("Failed to allocate", self.message())
        self.assertEqual(self.page.locator("#tried li.failed").count(), 1)
        for field, value, words in [("#alignment", "3", "power of two"), ("#size", "", "not a number"),
                                    ("#size", "0", "at least one byte"),
                                    ("#node", "5000", "0 to 1023")]:
            old = self.page.input_value(field)
            self.page.fill(field, value)
            self.page.click("#run")
            self.assertIn(words, self.message())
            self.page.fill(field, old)


class Comparing(PageTest):
    def test_two_boots(self):
        self.choose("thinkpad-t400")
        self.page.fill("#other-command-line", "mem=1G")
        self.page.click("#compare")
        self.assertIn("mem=1G", self.page.inner_text("#comparison-title"))
        self.assertGreater(self.page.locator("#columns .differs").count(), 2)
        self.settle()
        names = self.page.locator("#picture text.row").all_text_contents()
        self.assertIn("memory, other", names)
        self.page.fill("#other-command-line", "")
        self.page.click("#compare")
        self.assertEqual(self.page.locator("#columns .differs").count(), 0)
        self.page.click("#end-compare")
        self.assertTrue(self.page.is_hidden("#comparison"))


class Taking(PageTest):
    def test_svg_and_png(self):
        self.choose("thinkpad-t400")
        svg = ElementTree.fromstring(self.download("#export-svg"))
        space = "{http://www.w3.org/2000/svg}"
        self.assertGreater(len(svg.findall(f".//{space}rect[@data-box]")), 20)
        self.assertNotIn("var(", svg.find(f"{space}style").text)
        png = self.download("#export-png")
        self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", png[16:24])
        self.assertEqual(width, 2 * int(svg.get("width")))
        self.assertGreater(height, 300)
        self.assertGreater(len(png), 20_000)

    def test_link(self):
        self.paste(MAP)
        self.page.fill("#command-line", "mem=1G")
        self.page.click("#machine-form button")
        self.page.fill("#size", "2M")
        self.page.click("#run")
        self.page.check("#linear")
        self.page.click("#zoom-in")
        self.page.fill("#other-command-line", "numa=fake=2")
        self.page.click("#compare")
        self.page.click("#link")
        self.page.wait_for_function("() => document.getElementById('message').textContent.includes('all that you see')")
        fragment = self.page.evaluate("() => location.hash")
        def shown(page):
            return [page.inner_text(part) for part in (
                "#machine", "#memory-title", "#reserved-title", "#reserved-rows", "#tried",
                "#comparison-title")] + page.evaluate("() => app.picture.view")
        expected = shown(self.page)
        self.page = self.new_page(fragment)
        self.settle()
        self.assertEqual(shown(self.page), expected)
        self.assertTrue(self.page.is_checked("#linear"))

    def test_broken_link(self):
        self.page = self.new_page("#1H4sIAAAAAAAA")
        self.assertIn("The link can't be read", self.message())
        self.page = self.new_page("#7abc")
        self.assertIn("version is not known", self.message())
