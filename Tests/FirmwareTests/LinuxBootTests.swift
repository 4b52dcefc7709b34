import Addressing
import Firmware
import SimulatedMemory
import Testing

@Suite struct LinuxBootTests {
  private typealias B = Multiboot2Builder
  private let memory = SimulatedMemory(at: 0, size: 1 << 18)

  private func read(at address: UInt64) throws -> ReadLoader {
    try ReadLoader { log throws(LoaderViolation) in
      try LoaderInformation(linux: PhysicalAddress(address), through: memory.window, log: &log)
    }
  }

  private func read(_ builder: LinuxBootBuilder) throws -> ReadLoader {
    var image = LoaderImage(memory)
    return try read(at: builder.write(into: &image))
  }

  @Test func readsAll() throws {
    for inTable in [128, 3, 0] {
      var builder = LinuxBootBuilder()
      builder.inTable = inTable
      let found = try read(builder)
      #expect(found.log.text == "")
      #expect(found.commandLine == "mem=128M")
      #expect(found.map == mapRows(builder.machine))
      #expect(found.modules == ["67108864 4660 -"])
      #expect(found.contents.acpiRootPointer?.count == 36)
      #expect(found.contents.framebuffer == nil && found.contents.efiMemoryMap == nil)
      #expect(found.contents.basicMemory == nil)
      let entries = UInt64(16 + 20 * max(0, 7 - inTable))
      #expect(found.structures.map(\.size) == (inTable == 128 ? [4096, 36] : [4096, 36, entries]))
    }
  }

  @Test func fullTableAndMore() throws {
    var builder = LinuxBootBuilder()
    builder.machine.map = (0..<300).map { (UInt64($0) << 20, 1 << 19, 1) }
    builder.otherPieces = 3
    #expect(try read(builder).map == mapRows(builder.machine))
    builder.fields = [(0x1e8, [129])]
    let stated = try read(builder)
    #expect(stated.map == mapRows(builder.machine))
    #expect(stated.log.text.hasSuffix("it must have no more entries than fit\n"))
    // Before version 2.9 there is no list.
    builder.fields = []
    builder.version = 0x208
    #expect(try read(builder).map == Array(mapRows(builder.machine).prefix(128)))
    builder.version = 0x209
    #expect(try read(builder).map.count == 300)
  }

  /// A piece without data may stand in the last 16 bytes that can be seen.
  @Test func appendedPiecesMayEndWithMemory() throws {
    var builder = LinuxBootBuilder()
    let last = AddressRange(from: memory.range.end - 16, to: memory.range.end)
    memory.put([UInt8](repeating: 0, count: 16), at: last.start.value)
    builder.fields = [(0x250, B.little(last.start.value))]
    let found = try read(builder)
    #expect(found.log.text == "" && found.structures.contains(last))
    builder.fields = [(0x250, B.little(memory.range.end.value - 15))]
    #expect(try read(builder).log.text.hasPrefix("linux: appended data at 0x3fff1: "))
  }

  @Test func anEmptyEFIMapIsNone() throws {
    var builder = LinuxBootBuilder()
    builder.fields = [(0x1c0, Array("EL64".utf8)), (0x1c8, B.little(UInt32(48)))]
    let found = try read(builder)
    #expect(found.contents.efiMemoryMap == nil && found.log.text == "")
    // A byte is not an entry.
    builder.fields += [(0x1d4, B.little(UInt32(1))), (0x1d0, B.little(UInt32(0x1000)))]
    #expect(try read(builder).log.text.hasPrefix("linux: EFI memory map at 0x1000: "))
  }

  @Test func addressesMayHave64Bits() throws {
    var builder = LinuxBootBuilder()
    builder.machine.modules = [(0x12_3456_7000, 0x3_0000_0005, "")]
    builder.fields = [(0xc8, [1, 0, 0, 0])]
    let found = try read(builder)
    #expect(found.modules == ["\(0x12_3456_7000) \(0x3_0000_0005) -"])
    #expect(found.contents.commandLine == nil)
    #expect(
      found.log.text.hasPrefix("linux: command line at 0x10000")
        && found.log.text.hasSuffix(": it must lie in the memory that can be seen\n"))
  }

  @Test func countsStandInForAMap() throws {
    var builder = LinuxBootBuilder()
    builder.machine.map = []
    for (extended, alternative, kibibytes) in [
      (0x3c00, 0x1_f000, 0x1_f000), (0x3c00, 0, 0x3c00),
    ] as [(UInt16, UInt32, UInt64)] {
      builder.fields = [(0x02, B.little(extended)), (0x1e0, B.little(alternative))]
      let found = try read(builder)
      #expect(found.contents.memoryMap == nil)
      #expect(found.contents.basicMemory?.upperSize == kibibytes << 10)
    }
  }

  @Test func screens() throws {
    var builder = LinuxBootBuilder()
    let linear: [(Int, [UInt8])] = [
      (0x12, B.little(UInt16(1024)) + B.little(UInt16(768)) + B.little(UInt16(32))),
      (0x18, B.little(UInt32(0xfd00_0000))), (0x24, B.little(UInt16(4096))),
      (0x26, [8, 16, 7, 9, 6, 1]), (0x3a, B.little(UInt32(0x12))),
    ]
    for (kind, capabilities, address) in [
      (0x23, 0, 0xfd00_0000), (0x70, 2, 0x12_fd00_0000),
    ] as [(UInt8, UInt8, UInt64)] {
      builder.fields = linear + [(0x0f, [kind]), (0x36, [capabilities])]
      let screen = try #require(try read(builder).contents.framebuffer)
      #expect(screen.address.value == address && screen.kind == .rgb)
      #expect(screen.width == 1024 && screen.height == 768 && screen.pitch == 4096)
      #expect(screen.bitsPerPixel == 32)
      #expect([screen.red.position, screen.green.position, screen.blue.position] == [16, 9, 1])
      #expect([screen.red.size, screen.green.size, screen.blue.size] == [8, 7, 6])
    }
    builder.fields = linear + [(0x0f, [0x23]), (0x24, B.little(UInt16(4095)))]
    let spoilt = try read(builder)
    #expect(spoilt.contents.framebuffer == nil)
    #expect(
      spoilt.log.text
        == "linux: framebuffer at 0xfd000000: its pitch must hold a line of its pixels\n")
    for (kind, mode, address) in [
      (0x01, 3, 0xb_8000), (0x22, 3, 0xb_8000), (0x22, 7, 0xb_0000),
    ] as [(UInt8, UInt8, UInt64)] {
      builder.fields = [(0x0f, [kind]), (0x06, [mode, 80]), (0x0e, [25])]
      let text = try #require(try read(builder).contents.framebuffer)
      #expect(text.kind == .text && text.address.value == address && text.pitch == 160)
      #expect(text.width == 80 && text.height == 25)
      #expect(text.red.position == 0 && text.red.size == 0 && text.blue.position == 0)
    }
    builder.fields = linear + [(0x0f, [0x99])]
    #expect(try read(builder).contents.framebuffer == nil)
  }

  @Test func efi() throws {
    var builder = LinuxBootBuilder()
    memory.put([UInt8](repeating: 0, count: 96), at: 0x3_0000)
    func fields(_ signature: String, size: UInt32, descriptor: UInt32) -> [(Int, [UInt8])] {
      [
        (
          0x1c0,
          Array(signature.utf8) + B.little(UInt32(0x7fee_e018)) + B.little(descriptor)
            + B.little(UInt32(1)) + B.little(UInt32(0x3_0000)) + B.little(size)
            + B.little(UInt32(1)) + B.little(UInt32(0))
        )
      ]
    }
    for signature in ["EL64", "EL32"] {
      builder.fields = fields(signature, size: 96, descriptor: 48)
      let found = try read(builder)
      #expect(found.log.text == "")
      #expect(found.contents.efiMemoryMap?.count == 2)
      #expect(found.contents.efiMemoryMap?.memory.start.value == 0x3_0000)
      #expect(found.contents.efiSystemTable?.value == 0x1_7fee_e018)
    }
    builder.fields = fields("EL00", size: 96, descriptor: 48)
    #expect(try read(builder).contents.efiMemoryMap == nil)
    builder.fields = fields("EL64", size: 0, descriptor: 48)
    #expect(try read(builder).log.text == "")
    for (size, descriptor, rule) in [
      (97, 48, "its entries must hold their fields, and the last one be whole"),
      (96, 32, "its entries must hold their fields, and the last one be whole"),
      (96, 44, "its entries must hold their fields, and the last one be whole"),
      (1 << 20, 48, "it must lie in the memory that can be seen"),
    ] as [(UInt32, UInt32, String)] {
      builder.fields = fields("EL64", size: size, descriptor: descriptor)
      let found = try read(builder)
      #expect(found.contents.efiMemoryMap == nil)
      #expect(found.log.text == "linux: EFI memory map at 0x30000: \(rule)\n")
    }
  }

  @Test func whatAreNoBootParametersIsRefused() throws {
    var image = LoaderImage(memory)
    var builder = LinuxBootBuilder()
    builder.fields = [(0x202, [0])]
    let noHeader = builder.write(into: &image)
    builder.fields = [(0x1fe, [0])]
    let noFlag = builder.write(into: &image)
    for (address, rule) in [
      (noHeader, .magic), (noFlag, .magic), ((1 << 18) - 4095, .unreachable),
    ] as [(UInt64, LoaderRule)] {
      #expect { try read(at: address) } throws: { ($0 as? LoaderViolation)?.rule == rule }
    }
  }

  @Test func listsWithoutAnEndAreCut() throws {
    var image = LoaderImage(memory)
    // A piece that is followed by itself.
    let piece = image.put([UInt8](repeating: 0, count: 16))
    memory.put(B.little(piece) + B.little(UInt32(1)) + B.little(UInt32(0)), at: piece)
    var builder = LinuxBootBuilder()
    builder.fields = [(0x250, B.little(piece))]
    let found = try read(at: builder.write(into: &image))
    #expect(found.log.lines.count == 1)
    #expect(found.log.text.hasSuffix("it must have no more entries than fit\n"))
    #expect(found.map.count == 7)
    #expect(found.structures.count == 65)
  }

  @Test func brokenPiecesAreTold() throws {
    var builder = LinuxBootBuilder()
    builder.fields = [(0x250, B.little(UInt64(1 << 40)))]
    #expect(
      try read(builder).log.text
        == "linux: appended data at 0x10000000000: it must lie in the memory that can be seen\n")
    builder.fields = [(0x70, B.little(UInt64(1 << 40)))]
    #expect(
      try read(builder).log.text
        == "linux: ACPI root pointer at 0x10000000000: it must lie in the memory that can be seen\n"
    )
    var image = LoaderImage(memory)
    let cut = image.put(
      B.little(UInt64(0)) + B.little(UInt32(1)) + B.little(UInt32(21))
        + [UInt8](repeating: 0, count: 21))
    builder.fields = [(0x250, B.little(cut))]
    let found = try read(at: builder.write(into: &image))
    #expect(found.map.count == 8)
    #expect(
      found.log.lines == [
        "linux: memory map at 0x1000: its entries must hold their fields, and the last one be whole"
      ])
    builder.fields = []
    builder.machine.modules = [(.max - 10, 100, "")]
    let disk = try read(builder)
    #expect(
      disk.log.text
        == "linux: modules at 0xfffffffffffffff5: it must not pass the end of the address space\n")
    #expect(disk.modules == ["\(UInt64.max - 10) 10 -"])
  }
}
