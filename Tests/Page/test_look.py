"""How the page looks to those who see it, and to those who don't; and how fast it is."""
import os

from axe_playwright_python.sync_playwright import Axe

from browser import PAGE, PageTest

BIG = "x86-16node-12tib-srat-and-node-ranges"


class Accessibility(PageTest):
    def check(self):
        result = Axe().run(self.page)
        self.assertGreater(len(result.response["passes"]), 20)
        self.assertEqual(
            [(one["id"], [node["html"][:200] for node in one["nodes"]])
             for one in result.response["violations"]], [])

    def test_before_a_log_is_there(self):
        self.check()

    def test_everything_in_use(self):
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.choose("linux-6.12-numa2")
            self.page.fill("#size", "1T")
            self.page.click("#run")
            self.page.fill("#size", "1M")
            self.page.click("#run")
            self.page.click("#compare")
            self.settle()
            self.check()
            self.page.click("#restart")

    def test_narrow(self):
        self.page.set_viewport_size({"width": 390, "height": 800})
        self.choose(BIG)
        self.check()
        self.assertLessEqual(self.page.evaluate("() => document.documentElement.scrollWidth"), 390)

    def test_every_control_by_keyboard(self):
        """Tab reaches everything that a mouse can use."""
        self.choose("linux-6.12-numa2")
        wanted = self.page.evaluate("""() => [...document.querySelectorAll(
          'button, input, select, textarea, #picture')].filter(one => !one.disabled
          && one.offsetParent !== null && one.type !== 'radio').map(one => one.id || one.textContent)""")
        seen = set()
        self.page.focus("#link")
        for _ in range(len(wanted) + 60):
            seen.add(self.page.evaluate(
                "() => document.activeElement.id || document.activeElement.textContent"))
            self.page.keyboard.press("Tab")
        self.assertEqual([one for one in wanted if one not in seen], [])


class Colours(PageTest):
    def ground(self):
        return self.page.evaluate("() => getComputedStyle(document.body).backgroundColor")

    def test_dark_and_light(self):
        self.page.emulate_media(color_scheme="light")
        self.choose("thinkpad-t400")
        def usable():
            return self.page.evaluate(
                "() => getComputedStyle(document.querySelector('#picture .usable')).fill")
        light = (self.ground(), usable())
        self.page.emulate_media(color_scheme="dark")
        dark = (self.ground(), usable())
        self.assertNotEqual(light[0], dark[0])
        self.assertNotEqual(light[1], dark[1])
        self.page.click("#theme")
        self.assertEqual((self.ground(), usable()), light)
        self.page.click("#theme")
        self.assertEqual((self.ground(), usable()), dark)

    def test_patterns(self):
        """Uses differ by more than colour: each has a hatching of its own."""
        self.choose("thinkpad-t400")
        paths = self.page.evaluate("""() => [...document.querySelectorAll('#picture .hatch')]
          .map(path => path.getAttribute('d'))""")
        self.assertEqual(len(paths), len(set(paths)))
        for style in ("reserved", "taken", "acpiData", "acpiNVS"):
            fill = self.page.evaluate(
                "style => getComputedStyle(document.querySelector(`#picture .box.${style}`)).fill", style)
            self.assertIn(f"#p-{style}", fill)

    def test_print(self):
        self.choose("thinkpad-t400")
        self.page.emulate_media(media="print")
        self.assertTrue(self.page.is_hidden(".source"))
        self.assertTrue(self.page.is_visible("#picture"))
        self.assertGreater(len(self.page.pdf()), 10_000)


class Speed(PageTest):
    def test_size(self):
        self.assertLessEqual(PAGE.stat().st_size, 1_500_000)

    def test_first_picture(self):
        """Within a second from the choice to what is drawn, for 12 TiB in 16 nodes."""
        # The best of three: other processes share this machine.
        time = min(self.page.evaluate("""async name => {
          const start = performance.now();
          await openRecorded(name);
          await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
          return performance.now() - start;
        }""", BIG) for _ in range(3))
        print(f"first picture of 12 TiB in 16 nodes: {time:.0f} ms")
        self.assertLess(time, 1000)

    def test_zooming(self):
        """60 frames a second while the wheel zooms: what the page's thread works for a frame, script,
        style, layout and painting, fits into 16.7 ms of a processor. The frames themselves are
        counted too, and held to 60 where the machine has a processor to spare; the median of the
        times between them, and of three runs the best."""
        client = self.context.new_cdp_session(self.page)
        client.send("Performance.enable")

        def processor_time():
            metrics = client.send("Performance.getMetrics")["metrics"]
            return next(one["value"] for one in metrics if one["name"] == "ThreadTime")

        for name in (BIG, "memmap-many"):
            self.choose(name)
            intervals, work = [], []
            for _ in range(3):
                start = processor_time()
                times = self.page.evaluate("""async () => {
                  const box = app.picture.svg.getBoundingClientRect();
                  const times = [];
                  for (let frame = 0; frame < 121; frame++) {
                    app.picture.svg.dispatchEvent(new WheelEvent("wheel", {
                      deltaY: frame % 60 < 30 ? -30 : 30, cancelable: true,
                      clientX: box.left + box.width * 0.6, clientY: box.top + 60,
                    }));
                    times.push(await new Promise(requestAnimationFrame));
                  }
                  return times;
                }""")
                work.append((processor_time() - start) / 120 * 1000)
                intervals.append(sorted(b - a for a, b in zip(times, times[1:]))[60])
            print(f"zooming {name}: {1000 / min(intervals):.0f} frames a second, "
                  f"{min(work):.1f} ms of a processor for each")
            self.assertLess(min(work), 1000 / 60)
            if os.getloadavg()[0] < os.cpu_count():
                self.assertLess(min(intervals), 1000 / 57)
