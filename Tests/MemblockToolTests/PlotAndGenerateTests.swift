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
    let png = try ToolProgram.run(["plot", "-o", "a.png", map])
    #expect(png.status == 2 && png.error.contains("expected a name that ends in .svg"))
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
