import Addressing
import Firmware
import Memblock
import SimulatedMemory
import Testing

@testable import EarlyMemory
@testable import MemoryMap

/// The table that one kernel leaves to the next: what is written is read, and what is damaged is refused.
@Suite struct PreservationTests {
  static let page: UInt64 = 4096
  static let place: UInt64 = 0x10_0000

  static func range(_ start: UInt64, _ end: UInt64) -> AddressRange {
    AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end))
  }

  static func name(_ text: String) -> PreservedName {
    PreservedName(Array(text.utf8).span.raw) ?? PreservedName()
  }

  /// A table as a kernel with 64 MiB leaves it.
  static func entries() -> [PreservationTable.Entry] {
    var node = PreservationTable.Entry(.memory, range(0x100_0000, 0x400_0000))
    node.node = NodeID(1)
    node.flags = .hotplug
    var taken = PreservationTable.Entry(.reserved, range(0x20_0000, 0x60_0000))
    taken.flags = .reservedKernel
    return [
      .init(.memory, range(0x1000, 0x9_f000)), .init(.memory, range(0x10_0000, 0x100_0000)), node,
      taken, .init(.reserved, range(0x3f0_0000, 0x400_0000)),
      .init(.pages, range(0x200_0000, 0x201_0000), name: name("first")),
      .init(.named, range(0x201_0040, 0x202_0001), name: name("keep")),
      .init(.scratch, range(0x210_0000, 0x220_0000)),
      .init(.pages, range(0x220_0000, 0x220_1000), name: name("fifteen letters")),
      .init(.pages, range(0x230_0000, 0x230_1000), name: name("first")),
    ]
  }

  struct Written {
    let memory = SimulatedMemory(at: place, size: 1 << 16)
    var range: AddressRange

    init(_ entries: [PreservationTable.Entry], generation: UInt64 = 1) throws {
      var writer = PreservationTable.Writer(
        in: AddressRange(
          at: memory.range.start, size: PreservationTable.size(ofEntries: entries.count)),
        through: memory.window)
      for entry in entries { writer.append(entry) }
      range = AddressRange(
        at: memory.range.start, size: PreservationTable.size(ofEntries: entries.count))
      #expect(try writer.finish(generation: generation).memory == range)
    }

    /// The bytes that the next kernel is passed.
    func read(_ count: UInt64? = nil) throws(PreservationViolation) -> PreservationTable {
      guard
        let bytes = PhysicalBytes(
          at: range.start, count: count ?? range.size, in: memory.window)
      else { throw .table(.length) }
      return try PreservationTable(checking: bytes)
    }

    func rule(_ count: UInt64? = nil) -> PreservationRule? {
      do throws(PreservationViolation) {
        _ = try read(count)
        return nil
      } catch {
        return error.rule
      }
    }

    func word(_ index: UInt64) -> UInt64 {
      memory.window.load(UInt64.self, at: range.start + 8 * index)
    }

    /// Changes a word, and puts the check sum right.
    func set(_ index: UInt64, _ value: UInt64) {
      memory.window.store(value, at: range.start + 8 * index)
      var sum: UInt64 = 0
      for index in 0..<range.size / 8 where index != 3 {
        sum &+= PlacedSum.term(word(index), at: index)
      }
      memory.window.store(sum, at: range.start + 24)
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    let entries = Self.entries()
    let written = try Written(entries, generation: 7)
    // A module may be larger than the table in it.
    let table = try written.read(written.range.size + 100)
    #expect(table.generation == 7)
    #expect(table.count == entries.count)
    #expect(table.memory == written.range)
    for (index, entry) in entries.enumerated() {
      #expect(table[index].kind == entry.kind)
      #expect(table[index].range == entry.range)
      #expect(table[index].flags == entry.flags)
      #expect(table[index].node == entry.node)
      #expect(table[index].name == entry.name)
    }
    var letters: [UInt8] = []
    table[8].name.forEachByte { letters.append($0) }
    #expect(String(decoding: letters, as: UTF8.self) == "fifteen letters")
  }

  @Test func namesHaveOneToFifteenBytes() {
    #expect(PreservedName(Array("".utf8).span.raw) == nil)
    #expect(PreservedName(Array("sixteen letters.".utf8).span.raw) == nil)
    #expect(PreservedName(([97, 0, 98] as [UInt8]).span.raw) == nil)
    #expect(Self.name("seven+1").count == 7)
    #expect(Self.name("exactly8").count == 8)
    #expect(Self.name("fifteen letters").count == 15)
    #expect(Self.name("a") != Self.name("b"))
    #expect(Self.name("12345678a") != Self.name("12345678b"))
  }

  /// The words of the header, each changed with a check sum that is right.
  @Test func headersAreChecked() throws {
    let written = try Written(Self.entries())
    let header = (0..<5).map { written.word($0) }
    for (word, value, rule) in [
      (0, header[0] ^ 1, PreservationRule.magic), (1, 0, .version), (1, 2, .version),
      (1, 1 | 1 << 32, .version), (2, header[2] - 8, .length), (2, 39, .length),
      (2, header[2] + 48, .length), (2, .max, .length), (4, 0, .generation),
    ] as [(UInt64, UInt64, PreservationRule)] {
      written.set(word, value)
      #expect(written.rule() == rule, "word \(word): \(value)")
      written.set(word, header[Int(word)])
    }
    #expect(written.rule() == nil)
    #expect(written.rule(39) == .magic)
    #expect(written.rule(0) == .magic)
    #expect(written.rule(40) == .length)
    #expect(written.rule(written.range.size - 1) == .length)
    written.memory.window.store(header[3] &+ 1, at: written.range.start + 24)
    #expect(written.rule() == .checkSum)
    // One entry less, whole: it is the check sum that shows it.
    written.set(2, header[2] - 48)
    #expect(written.rule() == .checkSum)
  }

  /// Each word of an entry, with a check sum that is right.
  @Test func entriesAreChecked() throws {
    let written = try Written(Self.entries())
    /// The rule that breaks where a word of an entry is another.
    func rule(_ entry: UInt64, _ word: UInt64, _ value: UInt64) -> PreservationRule? {
      let index = 5 + entry * 6 + word
      let before = written.word(index)
      written.set(index, value)
      defer { written.set(index, before) }
      return written.rule()
    }
    // Addresses and sizes.
    #expect(rule(0, 0, 0x10_0000) == .order)
    #expect(rule(1, 0, 0x9_efff) == .order)
    #expect(rule(1, 0, 0x9_f000) == nil)
    #expect(rule(1, 1, 0) == .range)
    #expect(rule(9, 1, .max) == .range)
    #expect(rule(5, 1, 0x1_1000) == .order)
    #expect(rule(7, 1, 0x10_1000) == .order)
    #expect(rule(5, 1, 0xf800) == .pages)
    #expect(rule(8, 0, 0x220_0800) == .pages)
    #expect(rule(7, 1, 0xf_ffff) == .pages)
    // Kinds and flags.
    #expect(rule(0, 2, 0) == .kind)
    #expect(rule(0, 2, 6) == .kind)
    #expect(rule(0, 2, 2) == .order)
    #expect(rule(3, 2, 1) == .order)
    #expect(rule(5, 2, 4 | 1 << 32) == .flags)
    #expect(rule(0, 2, 1 | 0x100 << 32) == .flags)
    #expect(rule(0, 2, 1 | 0xff << 32) == nil)
    #expect(rule(7, 2, 4) == .name)
    // Nodes.
    #expect(rule(0, 3, 1024) == nil)
    #expect(rule(0, 3, 1025) == .node)
    #expect(rule(0, 3, UInt64(bitPattern: -2)) == .node)
    #expect(rule(0, 3, 1 << 32) == .node)
    #expect(rule(5, 3, 0) == .node)
    // Names.
    #expect(rule(0, 4, 0x61) == .name)
    #expect(rule(7, 4, 0x61) == .name)
    #expect(rule(5, 4, 0) == .name)
    #expect(rule(5, 4, 0x6100_61) == .name)
    #expect(rule(8, 5, .max) == .name)
    #expect(rule(5, 5, 0x61) == .name)
    #expect(written.rule() == nil)
  }

  @Test func scratchMemoryMustBeNamed() {
    #expect(throws: PreservationViolation.self) {
      _ = try Written(Self.entries().filter { $0.kind != .scratch })
    }
  }

  @Test func reservationsHaveDifferentNames() throws {
    var entries = Self.entries().filter { !($0.kind == .pages) }
    entries += (0..<7).map {
      .init(
        .named, Self.range(0x300_0000 + $0 * 64, 0x300_0040 + $0 * 64), name: Self.name("n\($0)"))
    }
    _ = try Written(entries)
    var twice = entries
    twice[twice.count - 1].name = Self.name("keep")
    #expect(throws: PreservationViolation.self) { _ = try Written(twice) }
    entries.append(.init(.named, Self.range(0x310_0000, 0x310_0040), name: Self.name("ninth")))
    #expect(throws: PreservationViolation.self) { _ = try Written(entries) }
  }

  /// One to eight changes of any bits, with the check sum as it was or put right: whatever is accepted
  /// keeps all rules.
  @Test(arguments: 0..<8) func damagedTablesAreRefused(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let entries = Self.entries()
    let written = try Written(entries)
    let original = (0..<written.range.size / 8).map { written.word($0) }
    for _ in 0..<500 {
      var words = original
      for _ in 0...Int.random(in: 0..<8, using: &random) {
        let index = Int.random(in: 0..<words.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: words[index] ^= 1 << UInt64.random(in: 0..<64, using: &random)
        case 1: words[index] = UInt64.random(in: 0...(.max), using: &random)
        case 2: words[index] = UInt64.random(in: 0..<0x500, using: &random) << 12
        default: words.swapAt(index, Int.random(in: 0..<words.count, using: &random))
        }
      }
      for (index, word) in words.enumerated() {
        written.memory.window.store(word, at: written.range.start + 8 * UInt64(index))
      }
      let size = UInt64.random(in: 0...written.range.size + 64, using: &random)
      if words != original {
        #expect(written.rule() != nil, "a damaged table was accepted: \(words)")
      }
      _ = written.rule(size)
      // With a check sum that is right the other rules are on their own.
      written.set(4, words[4])
      if let table = try? written.read() { Self.expectRules(of: table) }
    }
  }

  private static func expectRules(of table: PreservationTable) {
    var kept: [AddressRange] = []
    var last: [UInt32: UInt64] = [:]
    for index in 0..<table.count {
      let entry = table[index]
      #expect(!entry.range.isEmpty)
      #expect(entry.range.start.value >= last[entry.kind.rawValue, default: 0])
      last[entry.kind.rawValue] = entry.range.end.value
      switch entry.kind {
      case .memory, .reserved:
        #expect(entry.flags.rawValue <= 0xff)
        #expect(entry.node.value >= -1 && entry.node.value <= 1024)
      case .named, .pages, .scratch:
        #expect(!kept.contains { $0.overlaps(entry.range) })
        kept.append(entry.range)
        if entry.kind != .named { #expect(entry.range.start.value % 4096 == 0) }
        if entry.kind != .scratch { #expect(entry.name.isValid) }
      }
    }
  }
}
