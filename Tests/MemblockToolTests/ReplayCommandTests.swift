import Foundation
import Testing

struct ReplayCommandTests {
  /// What a boot comes to, and that it comes to its end, is tested with the module Replay.
  @Test(arguments: Recordings.machines)
  func everyRecordedMachineBoots(path: String) throws {
    let result = try ToolProgram.run(["replay", path])
    guard !path.hasSuffix("4node-srat.txt") else { return }
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    let text = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      .replacing("\r\n", with: "\n")
    // Linux's own lines about nodes, where the command line is in the log, and the log is Linux's.
    let command = text.firstMatch(of: /Kernel command line: (.*)\n/)
    if command != nil || path.contains("16node") {
      let expected = text.matches(of: /node +(\d+): \[mem (0x[0-9a-f]+-0x[0-9a-f]+)\]/)
      let shown = result.text.matches(of: /node +(\d+): \[mem (0x[0-9a-f]+-0x[0-9a-f]+)\]/)
      #expect(!expected.isEmpty)
      #expect(shown.map { "\($0.1) \($0.2)" } == expected.map { "\($0.1) \($0.2)" })
    }
    #expect(result.text.contains("\nFree blocks by order\n  Node "))
  }

  /// The words of Linux 7.1 for the map, and all that it made of it, on real hardware.
  @Test func linux7() throws {
    let path = Recordings.linux7
    let result = try ToolProgram.run(["replay", path])
    #expect(result.status == 0)
    func lines(_ text: String) -> [String] {
      text.split(separator: "\n").map { line in
        String(line.drop { $0 == " " }).replacing(/^\[.*?\] +/, with: "")
      }.filter {
        $0.hasPrefix("node ") || $0.hasPrefix("DMA") || $0.hasPrefix("Normal")
          || $0.hasPrefix("On node") || $0.hasPrefix("Initmem") || $0.hasPrefix("last_pfn = 0x84")
      }
    }
    let expected = lines(try String(contentsOf: URL(filePath: path), encoding: .utf8))
    #expect(expected.count == 14 && lines(result.text) == expected)
  }

  @Test func optionsChangeTheBoot() throws {
    let log = Recordings.debugLog("m6g")
    func cost(_ options: [String]) throws -> String {
      let result = try ToolProgram.run(["replay", log] + options)
      #expect(result.status == 0)
      return result.text
    }
    #expect(try cost([]).contains(", 4 pages of 1 GiB"))
    #expect(try cost(["--page", "2M"]).contains(", 0 pages of 1 GiB"))
    #expect(try cost(["--page", "4K"]).contains(" 0 pages of 2 MiB, 0 pages of 1 GiB"))
    #expect(try cost(["--command-line", "mem=1G"]).contains("last_pfn = 0x40000 "))
    #expect(
      try cost(["--image", "2M@32M"]).contains("0x0000000002000000-0x00000000021fffff"))
    for options in [
      ["--linux", "5.10"], ["--page", "3K"], ["--image", "2M"], ["--image", "0@1M"],
      ["--image", "x@1M"],
    ] {
      let result = try ToolProgram.run(["replay", log] + options)
      #expect(
        result.status == 2 && result.error.contains("\(options[0]) '\(options[1])': expected"))
    }
  }

  /// From 6.16 on allocations are marked. A log is replayed by the rules of the Linux that wrote it.
  @Test func rulesOfAVersion() throws {
    let marked = "  flags 0x20\n"
    for (path, isMarked) in [(Recordings.debugLog("m6g"), false), (Recordings.linux7, true)] {
      #expect(try ToolProgram.run(["replay", path]).text.contains(marked) == isMarked)
      let old = try ToolProgram.run(["replay", "--linux", "6.12", path])
      #expect(old.status == 0 && !old.text.contains(marked))
      let new = try ToolProgram.run(["replay", "--linux", "7.3", path])
      #expect(new.status == 0 && new.text.contains(marked))
    }
  }

  /// Terabytes in pages of 4 KiB would be tables of gigabytes in this host's memory.
  @Test func pagesTooSmallForTheMachineAreRefused() throws {
    let result = try ToolProgram.run(
      ["replay", "--page", "4K", Recordings.map("x86-16node-12tib-srat-and-node-ranges")])
    #expect(result.status == 2 && result.error.contains("--page '4K': the page tables of 11.9 TiB"))
  }

  @Test func withoutAMapItSaysWhatIsMissing() throws {
    let result = try ToolProgram.run(["replay", Recordings.map("quanta-qssc-s4r-4node-srat")])
    // Node ranges are enough to boot with.
    #expect(result.status == 0)
    let srat = try ToolProgram.run(["replay"], text: "SRAT: Node 0 PXM 0 [mem 0x0-0xfff]\n")
    #expect(srat.status == 2 && srat.error.contains("no map of memory to boot with; expected"))
  }

  @Test func whatIfShowsTheDifferenceOnly() throws {
    let log = Recordings.debugLog("numa2")
    let same = try ToolProgram.run(["what-if", "console=ttyS0 memblock=debug nokaslr", log])
    #expect(same.status == 0 && same.text == "No difference.\n")
    let result = try ToolProgram.run(["what-if", "mem=1G movable_node", log])
    #expect(result.status == 0)
    let lines = result.text.split(separator: "\n")
    #expect(lines.contains("- last_pfn = 0x7ffe0 max_arch_pfn = 0x400000000"))
    #expect(lines.contains("+ last_pfn = 0x40000 max_arch_pfn = 0x400000000"))
    #expect(lines.contains("-   node   1: [mem 0x0000000040000000-0x000000007ffdffff]"))
    // The firmware's map is the same in both.
    #expect(!lines.contains { $0.hasPrefix("2. ") })
  }

  /// JSON says what the text says, and the document names every key.
  @Test func json() throws {
    let log = Recordings.debugLog("numa2")
    let text = try ToolProgram.run(["replay", log]).text
    let result = try ToolProgram.run(["replay", "--json", log])
    #expect(result.status == 0)
    let json = try #require(
      JSONSerialization.jsonObject(with: result.output) as? [String: Any])
    let steps = try #require(json["steps"] as? [[String: Any]])
    for (number, step) in steps.enumerated() {
      #expect(
        text.contains(
          "\(number + 1). \(step["title"] as! String), \(step["function"] as! String)\n"))
      for line in step["lines"] as! [String] { #expect(text.contains("  \(line)\n")) }
      let memory = step["memory"] as! [String: Any]
      for region in memory["regions"] as! [[String: Any]] {
        #expect(text.contains("\(region["start"] as! String)-\(region["last"] as! String)"))
      }
    }
    #expect(steps.count == 10 && json["failure"] == nil)
    let freed = UInt64((json["freedSize"] as! String).dropFirst(2), radix: 16)!
    #expect(text.contains("(\(freed >> 12) frames)"))
    let document = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/MemblockTool/JSON.md"), encoding: .utf8)
    for key in Set(json.keys).union(steps[0].keys) {
      #expect(document.contains("`\(key)`"), "\(key)")
    }
  }

  /// A boot that ends early says so in JSON as well.
  @Test func jsonOfABootThatFails() throws {
    let result = try ToolProgram.run(
      ["replay", "--json"], text: "BIOS-e820: [mem 0x0-0xfff] reserved\n")
    #expect(result.status == 1 && result.text.contains("\n  \"failure\": \""))
  }
}
