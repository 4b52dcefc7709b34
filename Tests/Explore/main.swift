import Foundation
import PageStates

// Tries everything that a small world has. Scripts/explore.sh calls this.

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(2)
}

let usage = """
  usage: Explore maps small|large            sanitise all memory maps of a few entries
         Explore pages small|large SECONDS   visit every state of small page allocators
  """
let words = Array(CommandLine.arguments.dropFirst())
switch words.first {
case "maps" where words.count == 2:
  let extents = ["small": MapExploration.small, "large": MapExploration.large]
  guard let chosen = extents[words[1]] else { fail(usage) }
  for extent in chosen where !MapExploration.run(extent) { exit(1) }
case "pages" where words.count == 3:
  let extents = ["small": PageExploration.Extent.small, "large": .large]
  guard let chosen = extents[words[1]], let seconds = Double(words[2]) else { fail(usage) }
  exit(PageExploration.run(chosen, seconds: seconds) ? 0 : 1)
default: fail(usage)
}
