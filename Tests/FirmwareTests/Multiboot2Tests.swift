import Addressing
import Firmware
import InformationPatch
import SimulatedMemory
import Testing

/// Boot information that has been read, and the memory that it lies in.
private struct ReadInformation {
  let contents: LoaderInformation
  let log: TextLog
  private let memory: SimulatedMemory

  init(_ bytes: [UInt8]) throws {
    var log = TextLog()
    memory = SimulatedMemory(bytes, at: 0x1000)
    contents = try LoaderInformation(multiboot2: memory.bytes, log: &log)
    self.log = log
  }

  /// What a piece of it says.
  func text(_ bytes: PhysicalBytes?) -> String? {
    bytes.map { bytes in
      bytes.withBytes { span in
        String(decoding: span.byteOffsets.map { span[byteAt: $0] }, as: UTF8.self)
      }
    }
  }
}

@Suite struct Multiboot2Tests {
  @Test func readsEveryTag() throws {
    var builder = Multiboot2Builder()
    typealias B = Multiboot2Builder
    builder.string(1, "mem=1G memblock=debug")
    builder.string(2, "GRUB 2.06")
    builder.module(0x20_0000, 0x20_1234, "first a=1")
    builder.tag(0x77, [1, 2, 3])
    builder.module(0x30_0000, 0x30_0000, "")
    builder.tag(4, B.little(UInt32(639)) + B.little(UInt32(130_048)))
    builder.memoryMap([(0, 0x9fc00, 1), (0x10_0000, 0x7f0_0000, 1)])
    builder.tag(
      8,
      B.little(UInt64(0xfd00_0000)) + B.little(UInt32(4096)) + B.little(UInt32(1024))
        + B.little(UInt32(768)) + [32, 1, 0, 0, 16, 8, 8, 8, 0, 8])
    builder.tag(
      9,
      B.little(UInt32(2)) + B.little(UInt32(64)) + B.little(UInt32(1))
        + Array(repeating: 0, count: 128))
    builder.tag(12, B.little(UInt64(0x7fee_e018)))
    builder.tag(14, Array("RSD PTR ".utf8) + Array(repeating: 0, count: 12))
    builder.tag(15, Array("RSD PTR ".utf8) + Array(repeating: 0, count: 28))
    builder.tag(17, B.little(UInt32(48)) + B.little(UInt32(1)) + Array(repeating: 7, count: 96))
    builder.tag(18, [])
    builder.tag(21, B.little(UInt32(0x100_0000)))
    let bytes = builder.finished()
    let read = try ReadInformation(bytes)
    let (information, log) = (read.contents, read.log)

    #expect(log.text == "")
    #expect(read.text(information.commandLine) == "mem=1G memblock=debug")
    #expect(read.text(information.loaderName) == "GRUB 2.06")
    var modules: [LoaderModule] = []
    information.modules?.forEach { modules.append($0) }
    #expect(modules.count == 2)
    #expect(modules[0].range == AddressRange(at: PhysicalAddress(0x20_0000), size: 0x1234))
    #expect(read.text(modules[0].commandLine) == "first a=1")
    #expect(modules[1].range.isEmpty && read.text(modules[1].commandLine) == "")
    #expect(information.basicMemory?.lowerSize == 639 << 10)
    #expect(information.basicMemory?.upperSize == 130_048 << 10)
    #expect(information.memoryMap?.count == 2)
    let framebuffer = try #require(information.framebuffer)
    #expect(framebuffer.kind == .rgb && framebuffer.red.position == 16)
    #expect(framebuffer.pitch == 4096 && framebuffer.height == 768)
    #expect(information.elfSections?.count == 2)
    #expect(information.efiSystemTable == PhysicalAddress(0x7fee_e018))
    #expect(information.acpiOldRootPointer?.count == 20)
    #expect(information.acpiRootPointer?.count == 36)
    #expect(information.efiMemoryMap?.count == 2)
    #expect(information.hasEFIBootServices)
    #expect(information.loadBase == PhysicalAddress(0x100_0000))
  }

  @Test func descriptorsOfEFIHave40Bytes() throws {
    for (size, count) in [(32, nil), (40, 1), (48, 1)] as [(Int, UInt64?)] {
      var builder = Multiboot2Builder()
      builder.tag(
        17,
        Multiboot2Builder.little(UInt32(size)) + Multiboot2Builder.little(UInt32(1))
          + Array(repeating: 0, count: size))
      let read = try ReadInformation(builder.finished())
      #expect(read.contents.efiMemoryMap.map { UInt64($0.count) } == count)
    }
  }

  /// What a kernel is told by one that was told the same is the same.
  @Test(arguments: [Framebuffer.Kind.rgb, .text, .indexed, .other(7)])
  func whatIsWrittenIsRead(_ kind: Framebuffer.Kind) throws {
    typealias B = Multiboot2Builder
    var builder = B()
    builder.string(2, "GRUB 2.06")
    builder.tag(4, B.little(UInt32(639)) + B.little(UInt32(130_048)))
    builder.memoryMap([(0, 0x9fc00, 1), (0x10_0000, 0x7f0_0000, 1), (0x800_0000, 0x1000, 77)])
    let number: UInt8 =
      switch kind {
      case .indexed: 0
      case .rgb: 1
      case .text: 2
      case .other(let number): number
      }
    builder.tag(
      8,
      B.little(UInt64(0xfd00_0000)) + B.little(UInt32(4096)) + B.little(UInt32(1024))
        + B.little(UInt32(768)) + [32, number, 0, 0, 16, 8, 9, 7, 1, 6])
    builder.tag(12, B.little(UInt64(0x7fee_e018)))
    builder.tag(17, B.little(UInt32(48)) + B.little(UInt32(1)) + (0..<96).map { UInt8($0) })
    builder.tag(14, Array("RSD PTR ".utf8) + (0..<12).map { UInt8($0) })
    builder.tag(15, Array("RSD PTR ".utf8) + (0..<28).map { UInt8($0) })
    let told = SimulatedMemory(builder.finished(), at: 0x1000)
    var log = TextLog()
    let information = try LoaderInformation(multiboot2: told.bytes, log: &log)

    let memory = SimulatedMemory(at: 0x1000, size: 8192)
    memory.put(builder.finished(), at: 0x1000)
    let room = AddressRange(at: PhysicalAddress(0x2000), size: 4096)
    var writer = Multiboot2Writer(in: room, through: memory.window)
    writer.write(commandLine: Array("mem=1G".utf8).span.raw)
    writer.write(
      module: AddressRange(at: PhysicalAddress(0x20_0000), size: 0x1234),
      text: Array("first a=1".utf8).span.raw)
    let headers = SimulatedMemory((0..<128).map { UInt8($0) }, at: 0x5000)
    writer.write(sections: headers.bytes, nameSection: 1) {
      $0 == 1 ? PhysicalAddress(0xabcd) : nil
    }
    writer.write(
      machineOf: try LoaderInformation(
        multiboot2: try #require(
          PhysicalBytes(
            at: PhysicalAddress(0x1000), count: UInt64(builder.finished().count),
            in: memory.window)), log: &log))
    let end = writer.finish()
    let written = try #require(end)
    let bytes = try #require(PhysicalBytes(written, in: memory.window))
    let read = try LoaderInformation(multiboot2: bytes, log: &log)
    #expect(log.text == "")
    #expect(ReadLoader.text(read.commandLine) == "mem=1G")
    #expect(read.loaderName == nil)
    let both = try [information, read].map { information in
      try ReadLoader { (log: inout TextLog) throws -> LoaderInformation in information }
    }
    #expect(both[1].modules == ["\(0x20_0000) \(0x1234) first a=1"])
    #expect(both[0].map == both[1].map && both[1].map.count == 3)
    #expect(read.basicMemory?.lowerSize == 639 << 10)
    #expect(read.basicMemory?.upperSize == 130_048 << 10)
    let screen = try #require(read.framebuffer)
    #expect(screen.kind == kind && screen.address == PhysicalAddress(0xfd00_0000))
    #expect(screen.pitch == 4096 && screen.width == 1024 && screen.height == 768)
    #expect(screen.bitsPerPixel == 32)
    if kind == .rgb {
      let fields = [screen.red, screen.green, screen.blue].map { [$0.position, $0.size] }
      #expect(fields == [[16, 8], [9, 7], [1, 6]])
    }
    #expect(read.efiSystemTable == information.efiSystemTable)
    func contents(_ range: AddressRange?) -> [UInt8]? {
      range.flatMap { PhysicalBytes($0, in: memory.window) }.map { bytes in
        (0..<bytes.count).compactMap { bytes.littleEndian(UInt8.self, at: $0) }
      }
    }
    #expect(contents(read.efiMemoryMap?.memory) == (0..<96).map { UInt8($0) })
    #expect(read.efiMemoryMap?.descriptorSize == 48)
    #expect(contents(read.acpiOldRootPointer?.range)?.count == 20)
    #expect(contents(read.acpiRootPointer?.range)?.last == 27)
    let sections = try #require(read.elfSections)
    #expect(sections.count == 2 && sections.headerSize == 64)
    #expect(sections[0].littleEndian(UInt64.self, at: 16) == 0x1716_1514_1312_1110)
    #expect(sections[1].littleEndian(UInt64.self, at: 16) == 0xabcd)
    #expect(sections[1].littleEndian(UInt8.self, at: 63) == 127)

    // With less room there is none at all, and nothing is written behind it.
    for size in stride(from: UInt64(0), to: written.size, by: 8) {
      let room = AddressRange(at: PhysicalAddress(0x2000), size: size)
      memory.window.store(UInt64(0x5555), at: room.end)
      var writer = Multiboot2Writer(in: room, through: memory.window)
      writer.write(commandLine: Array("mem=1G".utf8).span.raw)
      writer.write(machineOf: information)
      _ = writer.finish()
      #expect(memory.window.load(UInt64.self, at: room.end) == 0x5555)
    }
    var small = Multiboot2Writer(
      in: AddressRange(at: PhysicalAddress(0x2000), size: 16), through: memory.window)
    small.write(commandLine: Array("mem=1G".utf8).span.raw)
    let none = small.finish()
    #expect(none == nil)
  }

  @Test func sectionHeadersHave40Bytes() throws {
    let held = SimulatedMemory(at: 0x1000, size: 4096)
    let bytes = try #require(PhysicalBytes(at: PhysicalAddress(0x1000), count: 80, in: held.window))
    #expect(ELFSectionTable(bytes, headerSize: 39, count: 2) == nil)
    #expect(ELFSectionTable(bytes, headerSize: 41, count: 2) == nil)
    let table = try #require(ELFSectionTable(bytes, headerSize: 40, count: 2))
    #expect(table.memory.size == 80 && table[1].range.start == PhysicalAddress(0x1028))
    for size in [39, 40] as [UInt32] {
      var builder = Multiboot2Builder()
      let fields = [1, size, 0].flatMap { Multiboot2Builder.little($0) }
      builder.tag(9, fields + [UInt8](repeating: 0, count: Int(size)))
      let read = SimulatedMemory(builder.finished(), at: 0x1000)
      var log = TextLog()
      let information = try LoaderInformation(multiboot2: read.bytes, log: &log)
      #expect(information.elfSections?.count == (size == 40 ? 1 : nil))
    }
  }

  @Test func headerMustFit() {
    let cases: [([UInt8], Multiboot2Rule)] = [
      ([], .informationTooShort),
      ([16, 0, 0, 0, 0, 0, 0], .informationTooShort),
      ([8, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8), .informationTooShort),
      ([24, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8), .totalSizePassesEnd),
      ([255, 255, 255, 255] + [UInt8](repeating: 0, count: 12), .totalSizePassesEnd),
      ([17, 0, 0, 0] + [UInt8](repeating: 0, count: 20), .totalSizeMisaligned),
    ]
    for (bytes, rule) in cases {
      #expect { try ReadInformation(bytes) } throws: { ($0 as? Multiboot2Violation)?.rule == rule }
    }
  }

  @Test func malformedTagsCostThemselves() throws {
    typealias B = Multiboot2Builder
    let cases: [(UInt32, [UInt8], String)] = [
      (1, Array("no zero".utf8), "a string must end in a zero byte inside its tag"),
      (3, B.little(UInt32(2)) + B.little(UInt32(1)) + [0], "a module must not end below its start"),
      (3, B.little(UInt32(2)), "a tag must hold the fields of its type"),
      (4, [1, 2, 3, 4, 5, 6, 7], "a tag must hold the fields of its type"),
      (
        6, B.little(UInt32(20)) + B.little(UInt32(0)),
        "an entry must hold its fields, in a multiple of 8 bytes"
      ),
      (
        6, B.little(UInt32(24)) + B.little(UInt32(0)) + Array(repeating: 0, count: 25),
        "the last entry must end inside its tag"
      ),
      (
        8,
        B.little(UInt64(0)) + B.little(UInt32(8)) + B.little(UInt32(1024)) + B.little(UInt32(768))
          + [32, 2, 0, 0],
        "a framebuffer's pitch must hold a line of its pixels"
      ),
      (
        8,
        B.little(UInt64(0xb8000)) + B.little(UInt32(159)) + B.little(UInt32(80))
          + B.little(UInt32(25)) + [0, 2, 0, 0],
        "a framebuffer's pitch must hold a line of its pixels"
      ),
      (
        9, B.little(UInt32.max) + B.little(UInt32(64)) + B.little(UInt32(0)),
        "the last entry must end inside its tag"
      ),
      (12, [1, 2, 3, 4], "a tag must hold the fields of its type"),
      (14, Array(repeating: 0, count: 19), "a tag must hold the fields of its type"),
      (15, Array(repeating: 0, count: 35), "a tag must hold the fields of its type"),
      (
        17, B.little(UInt32(32)) + B.little(UInt32(1)),
        "an entry must hold its fields, in a multiple of 8 bytes"
      ),
      (17, [40, 0], "a tag must hold the fields of its type"),
    ]
    for (type, body, rule) in cases {
      var builder = Multiboot2Builder()
      builder.tag(type, body)
      builder.string(2, "after it")
      let bytes = builder.finished()
      let read = try ReadInformation(bytes)
      let (information, log) = (read.contents, read.log)
      #expect(log.text == "multiboot2: tag \(type) at offset 0x8: \(rule)\n")
      #expect(read.text(information.loaderName) == "after it")
      #expect(information.modules == nil)
    }
  }

  @Test func brokenTagSizesEndTheWalk() throws {
    for (size, rule) in [
      (UInt32(0), "a tag must hold its own header, 8 bytes"),
      (7, "a tag must hold its own header, 8 bytes"),
      (4096, "a tag must end inside the information"),
      (UInt32.max, "a tag must end inside the information"),
    ] {
      var builder = Multiboot2Builder()
      builder.string(1, "before it")
      builder.tag(99, [], size: size)
      builder.string(2, "never seen")
      let bytes = builder.finished()
      let read = try ReadInformation(bytes)
      let (information, log) = (read.contents, read.log)
      #expect(log.text == "multiboot2: tag 99 at offset 0x20: \(rule)\n")
      #expect(read.text(information.commandLine) == "before it")
      #expect(information.loaderName == nil)
    }
  }

  @Test func endTagMustStand() throws {
    var builder = Multiboot2Builder()
    builder.string(1, "x")
    let read = try ReadInformation(builder.finished(endTag: false))
    let (information, log) = (read.contents, read.log)
    #expect(information.commandLine != nil)
    #expect(log.text == "multiboot2: offset 0x18: the last tag must be an end tag of 8 bytes\n")
  }

  @Test func firstOfRepeatedTagsCounts() throws {
    var builder = Multiboot2Builder()
    builder.string(1, "one")
    builder.string(1, "two")
    let bytes = builder.finished()
    let read = try ReadInformation(bytes)
    let (information, log) = (read.contents, read.log)
    #expect(read.text(information.commandLine) == "one")
    #expect(
      log.lines == [
        "multiboot2: tag 1 at offset 0x18: a tag of this type must stand once; "
          + "the first one counts"
      ])
  }

  @Test func patchesWriteIntoTags() throws {
    typealias B = Multiboot2Builder
    var builder = Multiboot2Builder()
    builder.string(2, "GRUB")
    builder.module(0x20_0000, 0x20_1000, "patch-information")
    let bytes = builder.finished()
    let read = try ReadInformation(bytes)
    let module = InformationPatch.find(in: read.contents)
    #expect(module == AddressRange(at: PhysicalAddress(0x20_0000), size: 0x1000))

    var patch = B.little(UInt32(2)) + B.little(UInt32(8)) + B.little(UInt32(2)) + Array("RU".utf8)
    patch += B.little(UInt32(99)) + B.little(UInt32(0)) + B.little(UInt32(1)) + [7]
    patch += B.little(UInt32.max) + B.little(UInt32(0)) + B.little(UInt32(1)) + [0]
    patch += B.little(UInt32.max) + B.little(UInt32.max) + B.little(UInt32(1)) + [0]
    patch += B.little(UInt32(2)) + B.little(UInt32(0)) + B.little(UInt32(2)) + [1]
    var spoilt = bytes
    InformationPatch.apply(patch.rawBytes, to: bytes.rawBytes) { spoilt[$0] = $1 }
    var expected = bytes
    expected.replaceSubrange(16..<18, with: Array("RU".utf8))
    expected[0] = 0
    #expect(spoilt == expected)
  }
}
