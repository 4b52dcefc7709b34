#!/usr/bin/env bash
# Prints the modules of the package's Swift libraries, one a line, as the manifest has them.
set -euo pipefail
cd "$(dirname "$0")/.."

swift package dump-package | python3 -c '
import json, sys

package = json.load(sys.stdin)
targets = {target["name"]: target for target in package["targets"]}
libraries = [name for product in package["products"] if "library" in product["type"]
             for name in product["targets"] if "automatic" in product["type"]["library"]]
for name in dict.fromkeys(libraries):
    print(name)
'
