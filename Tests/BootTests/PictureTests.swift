import Addressing
import Console
import SerialHarness
import Testing

/// The picture that the monitor draws of memory, held against the tables that it is drawn from.
@Suite(KernelUnderTest.isAvailable)
struct PictureTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var firmware = Machine.Firmware.bios
    var nodes = 1
    var memory: UInt64

    var testDescription: String { "\(firmware), \(nodes) nodes, \(memory) MiB" }

    var machine: Machine {
      get throws {
        var machine = try KernelUnderTest.machine("monitor")
        machine.firmware = firmware
        machine.memory = .mebibytes(memory)
        if nodes > 1 {
          machine.nodes = (0..<nodes).map { _ in
            Machine.Node(memory: .mebibytes(memory / UInt64(nodes)))
          }
        }
        return machine
      }
    }
  }

  @Test(arguments: [
    Case(memory: 512), Case(nodes: 2, memory: 5120), Case(firmware: .uefi, nodes: 3, memory: 1536),
  ])
  func colorsAreTheTables(_ machine: Case) async throws {
    let drawn = Drawn()
    let outcome = try await machine.machine.boot(timeLimit: .seconds(120)) { session in
      try await session.prompt("> ")
      try await session.type("memblock\n")
      try await session.prompt("> ")
      try await session.type("picture\n")
      let size = try await session.expect(#/picture: (\d+) by (\d+);/#)
      let shot = try await session.screenshot()
      #expect(shot.width == Int(size.1) && shot.height == Int(size.2))
      drawn.shot = shot
      // Any key brings the text back.
      try await session.type("q")
      try await session.prompt("> ")
      let text = try await session.screenshot()
      #expect(!text.hasColor(MemoryCategory.free.color))
      try await session.type("exit\n")
    }
    try outcome.check(.success)
    let shot = try #require(drawn.shot)
    let picture = Picture(shot: shot, lines: outcome.lines)
    #expect(picture.frame.bandCount == machine.nodes)
    let mistakes = picture.mistakes()
    #expect(mistakes.isEmpty, "\(mistakes.prefix(5)): \(outcome.report())")
    for use: MemoryCategory in [.kernel, .pageTables, .metadata, .free, .reserved, .firmware] {
      #expect(shot.hasColor(use.color), "\(use.name)")
    }
    // Where the image is loaded.
    #expect(picture.first(with: .kernel)?.contains(PhysicalAddress(0x20_0000)) == true)
  }
}

/// What a session has seen.
private final class Drawn: @unchecked Sendable {
  // The test looks at it when the session is over.
  var shot: Screenshot?
}

extension PixelColor {
  fileprivate var code: Int { Int(red) << 16 | Int(green) << 8 | Int(blue) }
}

extension Screenshot {
  /// Whether a colour is anywhere above the legend.
  fileprivate func hasColor(_ wanted: PixelColor) -> Bool {
    (0..<height - 18).contains { y in (0..<width).contains { color(x: $0, y: y) == wanted.code } }
  }
}

/// A picture and what it shows.
private struct Picture {
  let shot: Screenshot
  let frame: MemoryPicture.Frame
  let bands: [AddressRange]
  let memory: [AddressRange]
  /// What memblock had reserved, in whole pages.
  let reserved: [AddressRange]
  let firmware: [AddressRange]

  init(shot: Screenshot, lines: [String]) {
    func range(_ range: ClosedRange<UInt64>) -> AddressRange {
      AddressRange(
        from: PhysicalAddress(range.lowerBound), to: PhysicalAddress(range.upperBound + 1))
    }
    func pages(_ range: AddressRange) -> AddressRange {
      AddressRange(
        from: range.start.alignedDown(to: 4096), to: range.end.alignedUp(to: 4096))
    }
    self.shot = shot
    // What a node spans, holes included.
    bands = lines.compactMap { line in
      let node = line.firstMatch(
        of: #/^Initmem setup node \d+ \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]/#)
      guard let node, let first = UInt64(node.1, radix: 16), let last = UInt64(node.2, radix: 16)
      else { return nil }
      return range(first...last)
    }
    let log = MemoryLog(lines: lines)
    frame = MemoryPicture.Frame(
      bands: bands.count, width: UInt64(shot.width), height: UInt64(shot.height))
    let dump = log.dumps.last
    memory = dump?.memory.map { range($0.range) } ?? []
    // Neighbours may have a page in common.
    var reserved: [AddressRange] = []
    for taken in dump?.reserved.map({ pages(range($0.range)) }) ?? [] {
      let start = max(taken.start, reserved.last?.end ?? taken.start)
      if start < taken.end { reserved.append(AddressRange(from: start, to: taken.end)) }
    }
    self.reserved = reserved
    firmware = log.maps["BIOS-e820"]?.map { range($0.range) } ?? []
  }

  /// The lines of each colour in a column.
  private func stack(x: UInt64, y: UInt64) -> [Int: Int] {
    (y..<y + MemoryPicture.Frame.rowHeight).reduce(into: [:]) {
      $0[shot.color(x: Int(x), y: Int($1)), default: 0] += 1
    }
  }

  private func forEachColumn(_ body: (AddressRange, [Int: Int]) -> Void) {
    for (index, band) in bands.enumerated() {
      let size = frame.columnSize(of: band)
      for number in 0..<frame.rowCount {
        let row = frame.range(ofRow: number, of: band, columnSize: size)
        for column in 0..<frame.columnCount {
          let place = AddressRange(at: row.start + column * size, size: size)
          guard let range = place.intersection(band) else { continue }
          body(
            range,
            stack(
              x: MemoryPicture.Frame.firstColumn + column,
              y: frame.top(ofRow: number, inBand: index)))
        }
      }
    }
  }

  /// What the first column with a colour stands for.
  func first(with use: MemoryCategory) -> AddressRange? {
    var first: AddressRange?
    forEachColumn { if first == nil, $1[use.color.code] != nil { first = $0 } }
    return first
  }

  /// The columns whose colours are not what memblock's tables at the hand-over say.
  func mistakes() -> [String] {
    func bytes(_ ranges: [AddressRange], in range: AddressRange) -> UInt64 {
      ranges.reduce(0) { $0 + ($1.intersection(range)?.size ?? 0) }
    }
    let given = Set([MemoryCategory.free, .allocated].map(\.color.code))
    let taken = Set(
      [MemoryCategory.kernel, .pageTables, .metadata, .reserved].map(\.color.code))
    let height = MemoryPicture.Frame.rowHeight
    var mistakes: [String] = []
    forEachColumn { range, stack in
      let present = bytes(memory, in: range)
      let inUse = bytes(reserved, in: range)
      let free = stack.filter { given.contains($0.key) }.reduce(0) { $0 + $1.value }
      // Each use that is there has a line at least, and one may be rounded up.
      let share = Int(height * (present - min(inUse, present)) / range.size)
      if abs(free - share) > 4 { mistakes.append("\(range): \(free) lines free, not \(share)") }
      let hasTaken = stack.keys.contains(where: taken.contains)
      if inUse == 0, hasTaken { mistakes.append("\(range): nothing is reserved in it") }
      if inUse > 0, present == range.size, !hasTaken {
        mistakes.append("\(range): \(inUse) bytes are reserved in it")
      }
      if present == 0, bytes(firmware, in: range) == 0,
        stack != [MemoryCategory.hole.color.code: Int(height)]
      {
        mistakes.append("\(range): there is nothing")
      }
    }
    return mistakes
  }
}
