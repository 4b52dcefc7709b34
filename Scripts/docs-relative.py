#!/usr/bin/env python3
"""usage: docs-relative.py ARCHIVE
Makes a documentation archive work at any path of a web server. DocC writes that path into each page; here
a page asks for its parts relative to itself, and takes the path from its own address."""
import re
import sys
from pathlib import Path

archive = Path(sys.argv[1])
pages = list(archive.rglob("index.html"))
for page in pages:
    up = "../" * (len(page.relative_to(archive).parts) - 1) or "./"
    text, count = re.subn(
        r'var baseUrl = "[^"]*"', f'var baseUrl = new URL("{up}", document.baseURI).pathname', page.read_text())
    text = re.sub(r'((?:src|href)=")/(?!/)', rf"\g<1>{up}", text)
    # A page that is done says where its parts are relative to itself.
    if count != 1 and f'new URL("{up}"' not in text:
        sys.exit(f"docs-relative: {page}: DocC's page has another form")
    page.write_text(text)
if len(pages) < 100:
    sys.exit(f"docs-relative: {archive} has {len(pages)} pages only")
print(f"docs: {len(pages)} pages, for any path of a web server", file=sys.stderr)
