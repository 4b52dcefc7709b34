import Foundation
import LogReading
import MemblockTrace
import Testing

struct ShowCommandTests {
  @Test func theRecordingsAreThere() {
    #expect(Recordings.machines.count >= 56 && Recordings.debugLogs.count == 5)
  }

  /// What is shown is what the file's own lines say, entry by entry.
  @Test(arguments: Recordings.machines)
  func everyRecordedMachineIsShown(path: String) throws {
    let result = try ToolProgram.run(["show", path])
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    let text = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      .replacing("\r\n", with: "\n")
      // The types' names since 7.0.
      .replacing("]  System RAM\n", with: "] usable\n")
      .replacing("]  device reserved\n", with: "] reserved\n")
    let expected = text.matches(of: /BIOS-e820: \[mem (0x[0-9a-f]{16}-0x[0-9a-f]{16})\] (.*)\n/)
    let section = result.text.split(separator: "\n\n").first { $0.hasPrefix("Firmware map (BIOS") }
    let shown = (section ?? "").matches(
      of: /(?m)^  (0x[0-9a-f]{16}-0x[0-9a-f]{16})  .{10}  ([A-Za-z].*)$/)
    #expect(shown.map { "\($0.1) \($0.2)" } == expected.map { "\($0.1) \($0.2)" })
  }

  @Test func jsonHasTheSameEntriesAndItsDocumentedKeys() throws {
    let result = try ToolProgram.run(["show", "--json", Recordings.debugLog("numa2")])
    #expect(result.status == 0)
    let json = try #require(
      JSONSerialization.jsonObject(with: result.output) as? [String: Any])
    #expect(json["format"] as? String == "memblock.machine/1")
    #expect(json["kernelVersion"] as? String == "6.12.117+deb12-amd64")
    let memory = try #require(json["memory"] as? [String: Any])
    #expect(memory["total"] as? String == "0x000000007ff7ec00")
    let regions = try #require(memory["regions"] as? [[String: Any]])
    #expect(regions.map { $0["node"] as? Int } == [0, 0, 1])
    #expect(regions.last?["last"] as? String == "0x000000007ffdffff")
    // Every key at every depth is in the document that describes the form.
    let document = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/MemblockTool/JSON.md"), encoding: .utf8)
    for key in Self.keys(json) where key != "usable" && key != "reserved" {
      #expect(document.contains("`\(key)`"), "\(key)")
    }
  }

  private static func keys(_ value: Any) -> Set<String> {
    if let object = value as? [String: Any] {
      return object.reduce(into: []) { $0.formUnion(keys($1.value).union([$1.key])) }
    }
    return (value as? [Any])?.reduce(into: []) { $0.formUnion(keys($1)) } ?? []
  }

  @Test func severalFilesAreOneMachine() throws {
    let result = try ToolProgram.run([
      "show", Recordings.map("quanta-qssc-s4r-4node-128g"),
      Recordings.map("quanta-qssc-s4r-4node-srat"),
    ])
    #expect(result.status == 0)
    #expect(result.text.contains("Firmware map (BIOS-e820), 28 entries"))
    #expect(result.text.contains("node 3  domain 3  0x0000010100000000-0x00000120ffffffff"))
    #expect(
      result.text.contains("  node 0  32.0 GiB\n") || result.text.contains("  node 0  31.9 GiB\n"))
  }

  @Test func whatIsBrokenIsNamedAndTheRestIsShown() throws {
    let text = "BIOS-e820: [mem 0x0-0xfff] reserved\nBIOS-e820: [mem 0x1000-0x1ffg] usable\nend\n"
    let result = try ToolProgram.run(["show"], text: text)
    #expect(result.status == 2 && result.text.contains("1 entry"))
    #expect(
      result.error == "memblock: standard input:2: expected 'BIOS-e820: [mem 0xSTART-0xLAST] "
        + "TYPE', found 'BIOS-e820: [mem 0x1000-0x1ffg] usable'\n")
  }

  @Test(arguments: ["", "hello\n", "\u{0}\u{1}\u{2}"])
  func whereNothingIsKnownItSaysWhatItLookedFor(_ text: String) throws {
    let result = try ToolProgram.run(["show"], text: text)
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.error.hasPrefix("memblock: standard input: nothing here that a map of memory"))
    for form in ["BIOS-e820:", "/proc/iomem", "lsmem", "lsmmap", "Limine", "SRAT", "trace"] {
      #expect(result.error.contains(form), "\(form)")
    }
  }

  @Test func aTraceIsKnownForWhatItIs() throws {
    let result = try ToolProgram.run(["show"], text: "add 0x0 1M\nreserve 0x0 4K\n")
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.error == "memblock: standard input: this is a trace; 'memblock trace' runs it\n")
  }

  /// Each operation of the language alone shows that a text is a trace.
  @Test func everyOperationIsKnownForATrace() {
    for (name, operands) in TraceRunner.operands {
      var reader = LogReader()
      let line = ([name] + operands.names.map { _ in "0x10" }).joined(separator: " ")
      reader.read(Array(line.utf8).span)
      #expect(reader.finish().forms == [.trace], "\(line)")
    }
  }

  /// Colours are for terminals: `script` gives the tool one.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
  func coloursAreForTerminals() throws {
    let command = "'\(ToolProgram.url.path)' show '\(Recordings.map("thinkpad-t400"))'"
    func run(_ environment: [String: String]) throws -> String {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/script")
      process.arguments = ["-qec", command, "/dev/null"]
      process.environment = ProcessInfo.processInfo.environment
        .filter { $0.key != "NO_COLOR" }.merging(environment) { $1 }
      let output = Pipe()
      process.standardOutput = output
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let data = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self)
    }
    #expect(try run(["TERM": "xterm"]).contains("\u{1b}[32musable\u{1b}[0m"))
    #expect(try !run(["TERM": "xterm", "NO_COLOR": "1"]).contains("\u{1b}"))
    #expect(try !run(["TERM": "dumb"]).contains("\u{1b}"))
    #expect(
      try !ToolProgram.run(["show", Recordings.map("thinkpad-t400")]).text.contains("\u{1b}"))
  }

  @Test func diffShowsWhatIsInOneOnly() throws {
    let same = try ToolProgram.run([
      "diff", Recordings.debugLog("numa2"), Recordings.debugLog("numa2"),
    ])
    #expect(same.status == 0 && same.output.isEmpty && same.error.isEmpty)
    let text = """
      BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
      BIOS-e820: [mem 0x0000000000100000-0x00000000001fffff] usable

      """
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "a")
    try Data(text.utf8).write(to: file)
    let changed = text.replacing("1fffff", with: "2fffff")
    let result = try ToolProgram.run(["diff", file.path, "-"], input: Data(changed.utf8))
    #expect(result.status == 1)
    #expect(
      result.text == """
        Firmware map (BIOS-e820)
          0x0000000000000000-0x000000000009fbff     639 KiB  usable
          0x000000000009fc00-0x00000000000fffff     385 KiB  -
        - 0x0000000000100000-0x00000000001fffff       1 MiB  usable
        + 0x0000000000100000-0x00000000002fffff       2 MiB  usable

        Totals
        - usable                  1.6 MiB
        + usable                  2.6 MiB

        """)
  }

  /// 16 MiB of log take no more memory than what is read from them.
  @Test func aLongLogIsReadInLittleMemory() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "long.log")
    var text = "[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
    let noise = (0..<1000).map {
      "[\($0).123456] usb 1-1: new high-speed USB device number \($0)\n"
    }
    text += noise.joined()
    let piece = Data(text.utf8)
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let handle = try FileHandle(forWritingTo: file)
    try handle.write(contentsOf: piece)
    for _ in 0..<(16 << 20) / piece.count {
      try handle.write(contentsOf: Data(noise.joined().utf8))
    }
    try handle.close()
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    // The limit is on address space, in KiB; an empty program of Swift's takes some 60 MB of it.
    process.arguments = [
      "-c", "ulimit -v 200000; exec '\(ToolProgram.url.path)' show '\(file.path)'",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
