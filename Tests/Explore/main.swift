import Foundation

// Tries everything that a small world has. Scripts/explore.sh calls this.

let extents = ["small": MapExploration.small, "large": MapExploration.large]
guard CommandLine.arguments.count == 2, let chosen = extents[CommandLine.arguments[1]] else {
  FileHandle.standardError.write(Data("usage: Explore small|large\n".utf8))
  exit(2)
}
for extent in chosen where !MapExploration.run(extent) { exit(1) }
