import Addressing
import Firmware
import SimulatedMemory
import Testing

@Suite struct PVHTests {
  private let memory = SimulatedMemory(at: 0, size: 1 << 18)

  private func read(at address: UInt64) throws -> ReadLoader {
    try ReadLoader { log throws(LoaderViolation) in
      try LoaderInformation(pvh: PhysicalAddress(address), through: memory.window, log: &log)
    }
  }

  @Test func readsAll() throws {
    var builder = PVHBuilder()
    builder.machine.modules.append((0x500_0000, 0, ""))
    var image = LoaderImage(memory)
    let address = builder.write(into: &image)
    let found = try read(at: address)
    #expect(found.log.text == "")
    #expect(found.commandLine == "mem=128M")
    #expect(found.map == mapRows(builder.machine))
    #expect(found.modules == ["67108864 4660 first a=1", "83886080 0 "])
    #expect(found.structures.map(\.size) == [56, 24 * 7, 64])
    #expect(found.structures.first?.start.value == address)
    #expect(found.contents.acpiRootPointer?.count == 36)
    #expect(found.contents.acpiOldRootPointer == nil)
    #expect(found.contents.framebuffer == nil && found.contents.efiMemoryMap == nil)
  }

  @Test func versionZeroHasNoMap() throws {
    var image = LoaderImage(memory)
    var builder = PVHBuilder()
    builder.version = 0
    builder.machine.rootPointer = ACPIBuilder.rootPointer(rsdt: 0x1234)
    // It may end where memory that can be seen ends.
    let whole = builder.write(into: &image)
    let start = memory.window.withBytes(
      of: AddressRange(at: PhysicalAddress(whole), size: 40)
    ) { span in span.byteOffsets.map { span[byteAt: $0] } }
    memory.put(start, at: (1 << 18) - 40)
    let found = try read(at: (1 << 18) - 40)
    #expect(found.contents.memoryMap == nil)
    #expect(found.commandLine == "mem=128M")
    #expect(found.contents.acpiOldRootPointer?.count == 20)
    #expect(found.structures.map(\.size) == [40, 32])
  }

  @Test func whatIsNoStartInformationIsRefused() {
    var image = LoaderImage(memory)
    var builder = PVHBuilder()
    let good = builder.write(into: &image)
    builder.magic = 0x336e_c579
    let bad = builder.write(into: &image)
    let end: UInt64 = 1 << 18
    // A start information of version 1 that is cut after the fields of version 0.
    let cut = end - 48
    memory.put(
      Multiboot2Builder.little(UInt32(0x336e_c578)) + Multiboot2Builder.little(UInt32(1)), at: cut)
    for (address, rule) in [
      (bad, .magic), (good + 1, .magic), (end - 39, .unreachable), (cut, .unreachable),
      (.max, .unreachable),
    ] as [(UInt64, LoaderRule)] {
      #expect { try read(at: address) } throws: {
        guard let violation = $0 as? LoaderViolation else { return false }
        return violation.rule == rule && violation.address == address
      }
    }
  }

  @Test func brokenPiecesCostThemselves() throws {
    for (offset, value, line) in [
      (16, 1 << 40, "modules at 0x10000000000: it must lie in the memory that can be seen"),
      (24, 1 << 40, "command line at 0x10000000000: it must lie in the memory that can be seen"),
      (24, 0x3_ff00, "command line at 0x3ff00: it must end in a zero byte within 64 KiB"),
      (
        32, 1 << 40,
        "ACPI root pointer at 0x10000000000: it must lie in the memory that can be seen"
      ),
      (40, .max, "memory map at 0xffffffffffffffff: it must lie in the memory that can be seen"),
      (
        48, 0xffff_ffff,
        "memory map at 0x1000: it must lie in the memory that can be seen"
      ),
    ] as [(UInt64, UInt64, String)] {
      var image = LoaderImage(memory)
      let address = PVHBuilder().write(into: &image)
      memory.put([UInt8](repeating: 1, count: 0x100), at: 0x3_ff00)
      memory.put(Multiboot2Builder.little(value), at: address + offset)
      let found = try read(at: address)
      #expect(found.log.text == "pvh: \(line)\n")
      #expect((found.map.count == 7) == (offset < 40))
      #expect((found.modules.count == 1) == (offset != 16))
      #expect((found.commandLine == nil) == (offset == 24))
    }
  }

  /// A text has its end within 64 KiB.
  @Test func textsEndWithin64KiB() throws {
    for (length, isRead) in [(0xffff, true), (0x1_0000, false)] {
      var builder = PVHBuilder()
      builder.machine.commandLine = String(repeating: "a", count: length)
      var image = LoaderImage(memory)
      let found = try read(at: builder.write(into: &image))
      #expect(found.commandLine?.count == (isRead ? length : nil))
      #expect(found.log.text.isEmpty == isRead)
    }
  }

  @Test func nothingIsWhereAnAddressIsZero() throws {
    var image = LoaderImage(memory)
    let address = PVHBuilder().write(into: &image)
    memory.put([UInt8](repeating: 0, count: 44), at: address + 8)
    let found = try read(at: address)
    #expect(found.log.text == "")
    #expect(found.contents.commandLine == nil && found.contents.modules == nil)
    #expect(found.contents.memoryMap == nil && found.contents.acpiRootPointer == nil)
  }

  @Test func brokenModulesAreToldAndKept() throws {
    var builder = PVHBuilder()
    builder.machine.modules = [(.max - 10, 100, "x"), (0x1000, 1, "second")]
    var image = LoaderImage(memory)
    let address = builder.write(into: &image)
    let list = memory.window.load(UInt64.self, at: PhysicalAddress(address + 16))
    memory.put(Multiboot2Builder.little(UInt64(1 << 40)), at: list + 32 + 16)
    let found = try read(at: address)
    #expect(
      found.log.lines == [
        "pvh: modules at 0xfffffffffffffff5: it must not pass the end of the address space",
        "pvh: module's command line at 0x10000000000: it must lie in the memory that can be seen",
      ])
    #expect(found.modules == ["\(UInt64.max - 10) 10 x", "4096 1 -"])
  }
}
