import Foundation
import FoundationXML
import Testing

struct PlotAndGenerateTests {
  /// The boxes of a picture, by class.
  private final class Boxes: NSObject, XMLParserDelegate {
    var boxes: [(style: String, x: Double, width: Double)] = []
    func parser(
      _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      guard element == "rect", let style = attributes["class"], attributes["height"] == "30",
        let x = attributes["x"].flatMap(Double.init),
        let width = attributes["width"].flatMap(Double.init)
      else { return }
      boxes.append((style, x, width))
    }
  }

  private func boxes(_ svg: Data) throws -> [(style: String, x: Double, width: Double)] {
    let parser = XMLParser(data: svg)
    let boxes = Boxes()
    parser.delegate = boxes
    try #require(parser.parse(), "not well-formed")
    return boxes.boxes
  }

  @Test(arguments: Recordings.machines)
  func everyRecordedMachineIsDrawn(path: String) throws {
    for scale in ["equal", "linear"] {
      let result = try ToolProgram.run(["plot", "--scale", scale, "-o", "-", path])
      #expect(result.status == 0 && result.error.isEmpty)
      let boxes = try boxes(result.output)
      let text = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      let entries = text.matches(of: /BIOS-e820: \[mem/).count
      #expect(boxes.count >= entries && !boxes.isEmpty)
      // A row goes from left to right without overlap, but for the least width of a box.
      let firmware = boxes.prefix(entries)
      for (left, right) in zip(firmware, firmware.dropFirst()) {
        #expect(right.x >= left.x + left.width - 1.1)
      }
      #expect(boxes.allSatisfy { $0.x >= 149 && $0.width >= 1 })
    }
  }

  /// PNG files that another program reads: colours, patterns and widths as in the SVG.
  @Test func png() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "memory.png")
    for path in [Recordings.map("thinkpad-t400"), Recordings.debugLog("numa2")] {
      let result = try ToolProgram.run(["plot", "-o", file.path, path])
      #expect(result.status == 0 && result.error.isEmpty)
      let pixels = try Process.python(
        """
        import struct, sys, zlib
        data = open(sys.argv[1], "rb").read()
        assert data[:8] == b"\\x89PNG\\r\\n\\x1a\\n"
        at, parts = 8, {}
        while at < len(data):
            size, name = struct.unpack(">I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + size]
            assert zlib.crc32(name + body) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0]
            parts[name] = body
            at += 12 + size
        width, height = struct.unpack(">II", parts[b"IHDR"][:8])
        raw = zlib.decompress(parts[b"IDAT"])
        assert len(raw) == (width + 1) * height
        line, lines = bytes(width), []
        for y in range(height):
            row = raw[y * (width + 1):(y + 1) * (width + 1)]
            line = bytes((b + (a if row[0] == 2 else 0)) & 255 for a, b in zip(line, row[1:]))
            lines.append(line)
        palette = parts[b"PLTE"]
        used = {palette[3 * c:3 * c + 3].hex() for line in lines for c in set(line)}
        print(width, height, *sorted(used))
        """, file.path)
      let words = pixels.split(separator: " ")
      #expect(Int(words[0])! >= 1100 && Int(words[1])! > 150)
      let colors = ["ffffff", "111111", "7fce9b", "e69f00"]
      #expect(colors.allSatisfy { words.contains(Substring($0)) }, "\(pixels)")
    }
  }

  /// The page that `make page` builds gets the log; what can't be read is told before.
  @Test func html() throws {
    let folder = try TemporaryFolder()
    let page = folder.url.appending(path: "page.html")
    let file = folder.url.appending(path: "machine.html")
    try Data("<a><script type=\"text/plain\" id=\"given-log\"></script>".utf8).write(to: page)
    let path = Recordings.map("thinkpad-t400")
    let environment = ["MEMBLOCK_PAGE": page.path]
    let result = try ToolProgram.run(["plot", "-o", file.path, path], environment: environment)
    #expect(result.status == 0 && result.error.isEmpty)
    let text = try String(contentsOf: file, encoding: .utf8)
    let match = try #require(text.firstMatch(of: /id="given-log">([A-Za-z0-9+\/=]+)<\/script>/))
    let logs = try #require(
      JSONSerialization.jsonObject(with: Data(base64Encoded: String(match.1))!)
        as? [[String: String]])
    #expect(logs == [["name": path, "text": try String(contentsOfFile: path, encoding: .utf8)]])
    let missing = try ToolProgram.run(
      ["plot", "-o", file.path, path], environment: ["MEMBLOCK_PAGE": "/nowhere"])
    #expect(missing.status == 1 && missing.error.contains("/nowhere: 'make page' builds it"))
    let bad = try ToolProgram.run(
      ["plot", "-o", file.path], input: Data("nothing\n".utf8), environment: environment)
    #expect(bad.status == 2 && bad.error.contains("nothing here that a map"))
    let long = try ToolProgram.run(
      ["plot", "-o", file.path], input: Data(repeating: 0x0a, count: (16 << 20) + 1),
      environment: environment)
    #expect(long.status == 2 && long.error.contains("more than the 16 MiB of log"))
  }

  @Test func equalRangesAreEquallyWideAndLinearOnesAreNot() throws {
    let text = """
      BIOS-e820: [mem 0x0000-0x0fff] usable
      BIOS-e820: [mem 0x1000-0x3fff] reserved
      BIOS-e820: [mem 0x4000-0x7fff] <&">

      """.replacing("<&\">", with: "ACPI NVS")
    let equal = try boxes(ToolProgram.run(["plot", "-o", "-"], text: text).output)
    #expect(equal.map(\.style) == ["usable", "reserved", "acpiNVS"])
    #expect(Set(equal.map { Int($0.width) }).count == 1)
    let linear = try boxes(
      ToolProgram.run(["plot", "--scale", "linear", "-o", "-"], text: text).output)
    #expect(abs(linear[1].width - 3 * linear[0].width) < 0.5)
    #expect(abs(linear[2].width - 4 * linear[0].width) < 0.5)
  }

  @Test func theFileIsWrittenOrTheReasonSaid() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "a.svg")
    let map = Recordings.map("thinkpad-t400")
    #expect(try ToolProgram.run(["plot", "-o", file.path, map]).status == 0)
    #expect(try boxes(Data(contentsOf: file)).count == 28)
    let pdf = try ToolProgram.run(["plot", "-o", "a.pdf", map])
    #expect(
      pdf.status == 2 && pdf.error.contains("expected a name that ends in .svg, .png or .html"))
    let nowhere = folder.url.appending(path: "no/a.svg").path
    let failed = try ToolProgram.run(["plot", "-o", nowhere, map])
    #expect(failed.status == 1 && failed.error.contains("\(nowhere): No such file or directory"))
  }

  @Test(arguments: 0..<12)
  func generatedMachinesBoot(seed: Int) throws {
    let arguments = ["generate", "machine", "--seed", "\(seed)", "--nodes", "\(seed % 5)"]
    let machine = try ToolProgram.run(arguments)
    #expect(machine.status == 0)
    #expect(try ToolProgram.run(arguments).output == machine.output)
    let replay = try ToolProgram.run(["replay"], input: machine.output)
    #expect(replay.status == 0 && replay.error.isEmpty, "\(replay.error)")
    #expect(replay.text.contains("Free blocks by order"))
  }

  @Test(arguments: 0..<8)
  func generatedTracesRun(seed: Int) throws {
    let arguments = ["generate", "trace", "--seed", "\(seed)", "--count", "600"]
    let trace = try ToolProgram.run(arguments)
    #expect(try ToolProgram.run(arguments).output == trace.output)
    let result = try ToolProgram.run(["trace"], input: trace.output)
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    #expect(result.text.contains("\nfinal\n"))
  }

  @Test func theSeedDecides() throws {
    let one = try ToolProgram.run(["generate", "trace", "--seed", "1"])
    let two = try ToolProgram.run(["generate", "trace", "--seed", "2"])
    #expect(one.output != two.output)
    // The same on every system and in every release: these lines are of a seed that users keep.
    #expect(
      one.text.split(separator: "\n").dropFirst(4).first == "set_node 0x165800000 0x15f00000 3")
    let result = try ToolProgram.run(["generate", "machine", "--nodes", "65"])
    #expect(result.status == 64 && result.error.contains("--nodes must be 0 to 64"))
  }
}

extension Process {
  /// What a program in Python prints; empty where it fails.
  fileprivate static func python(_ program: String, _ argument: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program, argument]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}
