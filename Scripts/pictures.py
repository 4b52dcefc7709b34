#!/usr/bin/env python3
"""usage: pictures.py PAGE ISO FOLDER
Takes the two screenshots of README.md: the page, and the kernel's boot on a machine that has a
screen and no serial port."""
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

from playwright.sync_api import sync_playwright


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
        monitor, dump = Path(folder) / "monitor", Path(folder) / "screen.ppm"
        machine = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-m", "4G", "-cdrom", iso,
             "-serial", "none", "-parallel", "none", "-display", "none", "-vga", "std", "-no-reboot",
             "-no-shutdown", "-monitor", f"unix:{monitor},server,nowait"])
        try:
            time.sleep(15)
            with socket.socket(socket.AF_UNIX) as channel:
                channel.connect(str(monitor))
                channel.sendall(f"screendump {dump}\n".encode())
                time.sleep(2)
        finally:
            machine.terminate()
            machine.wait()
        header, size, _, pixels = dump.read_bytes().split(b"\n", 3)
        if header != b"P6":
            sys.exit("pictures: QEMU wrote no screen")
        width, height = map(int, size.split())
    lines = b"".join(b"\0" + pixels[3 * width * y:3 * width * (y + 1)] for y in range(height))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
             (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    Path(output).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts))


page(sys.argv[1], f"{sys.argv[3]}/page.png")
boot(sys.argv[2], f"{sys.argv[3]}/boot.png")
