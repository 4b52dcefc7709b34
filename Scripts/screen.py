"""What QEMU shows on a machine's screen, as a PNG file."""
import socket
import struct
import time
import zlib
from pathlib import Path


def dump(monitor, folder):
    """The screen of the machine whose QEMU monitor listens at that socket, as a PPM file's bytes."""
    path = Path(folder) / "screen.ppm"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as channel:
        channel.connect(str(monitor))
        channel.sendall(f"screendump {path}\n".encode())
        # The monitor prompts again when the file is whole.
        answer = b""
        channel.settimeout(10)
        while answer.count(b"(qemu)") < 2:
            answer += channel.recv(4096)
    return path.read_bytes()


def settled(monitor, folder):
    """The same once nothing changes any more: QEMU's picture may be a little behind."""
    before = b""
    for _ in range(20):
        now = dump(monitor, folder)
        if now == before:
            break
        before = now
        time.sleep(0.2)
    return before


def png(ppm):
    """A PNG file's bytes, of a binary PPM file's."""
    header, size, _, pixels = ppm.split(b"\n", 3)
    if header != b"P6":
        raise ValueError("QEMU wrote no screen")
    width, height = map(int, size.split())
    lines = b"".join(b"\0" + pixels[3 * width * y:3 * width * (y + 1)] for y in range(height))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
             (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts)
