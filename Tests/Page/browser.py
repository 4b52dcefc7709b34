"""The page in Chromium, for tests: what a page asks for and complains about is kept and checked."""
import json
import os
import subprocess
import unittest
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = Path(os.environ["MEMBLOCK_PAGE"])
TOOL = os.environ["MEMBLOCK_TOOL"]
CHROMIUM = os.environ["MEMBLOCK_CHROMIUM"]


def tool(*arguments, text=None):
    """What the tool prints; its status must be 0."""
    return subprocess.run([TOOL, *map(str, arguments)], check=True, capture_output=True, text=True,
                          input=text).stdout


class PageTest(unittest.TestCase):
    """A test with a page of its own, which must not complain nor ask for anything."""

    @classmethod
    def setUpClass(cls):
        cls.playwright = sync_playwright().start()
        # A container's root has no sandbox to run in.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        cls.browser = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.playwright.stop()

    def setUp(self):
        self.complaints = []
        self.requests = []
        self.context = self.browser.new_context(
            viewport={"width": 1400, "height": 900}, accept_downloads=True)
        self.context.set_offline(True)
        self.page = self.new_page()

    def tearDown(self):
        self.context.close()
        self.assertEqual(self.complaints, [])
        wrong = [url for url in self.requests
                 if not url.startswith((PAGE.as_uri(), "data:", "blob:"))]
        self.assertEqual(wrong, [])
        self.assertTrue(any(url.startswith(PAGE.as_uri()) for url in self.requests))

    def new_page(self, fragment=""):
        page = self.context.new_page()
        page.set_default_timeout(8000)
        page.on("console", lambda message: self.complaints.append(message.text)
                if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(PAGE.as_uri() + fragment)
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    # What the user does.

    def choose(self, name):
        self.page.select_option("#recorded", name)
        self.page.wait_for_function("name => app.recordedName === name && app.boot", arg=name)
        self.settle()

    def paste(self, text):
        self.page.fill("#log", text)
        self.page.click("#read")
        self.settle()

    def settle(self):
        """Waits until what was asked for is drawn."""
        self.page.evaluate("() => new Promise(done => "
                           "requestAnimationFrame(() => requestAnimationFrame(done)))")

    def download(self, button):
        with self.page.expect_download() as one:
            self.page.click(button)
        return Path(one.value.path()).read_bytes()

    def message(self):
        return self.page.inner_text("#message")

    def rows(self, table):
        return self.page.locator(f"#{table}-rows tr:not(.gone)").count()

    def recorded(self):
        """The recorded machines that the page holds, by name."""
        return json.loads(self.page.evaluate("() => JSON.stringify(app.recorded)"))
