#!/usr/bin/env python3
"""usage: pictures.py PAGE ISO FOLDER
Takes the two screenshots of README.md: the page, and the kernel's boot on a machine that has a
screen and no serial port."""
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

import screen


def page(path, output):
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=os.environ["MEMBLOCK_CHROMIUM"], args=arguments)
        shown = browser.new_page(viewport={"width": 1200, "height": 760}, color_scheme="light")
        shown.goto(Path(path).resolve().as_uri())
        shown.wait_for_selector("html[data-ready]", state="attached")
        shown.select_option("#recorded", "linux-6.12-numa2")
        shown.wait_for_selector("#picture rect.box")
        shown.fill("#size", "96M")
        shown.click("#run")
        shown.evaluate("() => document.getElementById('picture-title').scrollIntoView()")
        shown.locator("#picture rect.taken.new").first.hover()
        shown.wait_for_timeout(300)
        shown.screenshot(path=output)
        browser.close()


def boot(iso, output):
    with tempfile.TemporaryDirectory() as folder:
        monitor = Path(folder) / "monitor"
        machine = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "4G", "-cdrom", iso,
             "-serial", "none", "-parallel", "none", "-display", "none", "-vga", "std", "-no-reboot",
             "-no-shutdown", "-monitor", f"unix:{monitor},server,nowait"])
        try:
            time.sleep(15)
            Path(output).write_bytes(screen.png(screen.settled(monitor, folder)))
        finally:
            machine.terminate()
            machine.wait()


page(sys.argv[1], f"{sys.argv[3]}/page.png")
boot(sys.argv[2], f"{sys.argv[3]}/boot.png")
