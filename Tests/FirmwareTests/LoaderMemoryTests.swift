import Addressing
import Firmware
import Memblock
import SimulatedMemory
import Testing

/// What a boot loader left in memory is not allocated while somebody may still read it.
@Suite struct LoaderMemoryTests {
  @Test func loadersMemoryIsReserved() throws {
    let memory = SimulatedMemory(at: 0, size: 1 << 18)
    var image = LoaderImage(memory)
    // The first 64 KiB are reserved anyway.
    let map = image.put([UInt8](repeating: 0, count: 0x1_0000)) + 0x1_0000
    let address = PVHBuilder().write(into: &image)
    var log = TextLog()
    let information = try LoaderInformation(
      pvh: PhysicalAddress(address), through: memory.window, log: &log)
    var memblock = Memblock()
    try memblock.reserveTakenMemory(
      kernel: AddressRange(at: PhysicalAddress(0x20_0000), size: 0x1000), information,
      through: memory.window)
    // The kernel's own by the rules of 7.3, and the first 64 KiB not.
    #expect(memblock.reserved[memblock.reserved.count - 1].flags == .reservedKernel)
    #expect(memblock.reserved[0].flags == .none)
    var text: [String] = []
    information.modules?.forEach { text.append(ReadLoader.text($0.commandLine) ?? "") }
    for range in [
      information.commandLine?.range, information.acpiRootPointer?.range,
      AddressRange(at: PhysicalAddress(address), size: 56),
      AddressRange(at: PhysicalAddress(map), size: 24 * 7),
    ] {
      let range = try #require(range)
      let isReserved = memblock.overlaps(range, in: .reserved)
      #expect(isReserved, "\(range)")
    }
    let module = memblock.isReserved(PhysicalAddress(0x400_1fff))
    let after = memblock.isReserved(PhysicalAddress(0x400_2000))
    #expect(module && !after && text == ["first a=1"])
  }

  @Test func modulesAtTheEndOfTheAddressSpaceAreReserved() throws {
    let memory = SimulatedMemory(at: 0, size: 1 << 18)
    var builder = PVHBuilder()
    builder.machine.modules = [(.max - 10, 10, "x"), (0x1234_5000, 0, "empty")]
    var image = LoaderImage(memory)
    var log = TextLog()
    let information = try LoaderInformation(
      pvh: PhysicalAddress(builder.write(into: &image)), through: memory.window, log: &log)
    var memblock = Memblock()
    try memblock.reserveModules(of: information)
    #expect(memblock.reserved.count == 1)
    #expect(memblock.reserved[0].base.value == UInt64.max - 10)
  }

  /// Each piece lies in a page of its own, and has another size than the others.
  @Test func eachPieceIsReserved() throws {
    let memory = SimulatedMemory(at: 0, size: 1 << 18)
    var pages: [UInt64] = []
    func piece(_ size: UInt64) throws -> PhysicalBytes {
      pages.append(size)
      let address = PhysicalAddress(UInt64(pages.count) << 12)
      return try #require(PhysicalBytes(at: address, count: size, in: memory.window))
    }
    var information = LoaderInformation()
    information.structures = LoaderList(try piece(8)) { records, position in
      position += 1
      return position == 1 ? records.range : nil
    }
    information.commandLine = try piece(16)
    information.loaderName = try piece(24)
    information.acpiRootPointer = try piece(36)
    information.acpiOldRootPointer = try piece(20)
    information.efiMemoryMap = EFIMemoryMap(try piece(3 * 48), descriptorSize: 48)
    information.elfSections = ELFSectionTable(try piece(5 * 64), headerSize: 64, count: 5)
    information.modules = LoaderList(try piece(40)) { records, position in
      position += 1
      let range = AddressRange(at: PhysicalAddress(0x100_0000), size: 0x1000)
      return position == 1 ? LoaderModule(range, commandLine: records) : nil
    }
    // What the loader still uses is taken, the rest of its map is not.
    information.memoryMap = LoaderList(try piece(56)) { records, position in
      position += 1
      if position > 2 { return nil }
      let start = records.range.start.value + UInt64(position - 1) << 16
      return LoaderMemoryRange(start: start, size: 56, type: .usable, isInUse: position == 1)
    }
    var memblock = Memblock()
    try memblock.reserveLoaderMemory(of: information)
    try #require(memblock.reserved.count == pages.count)
    for (index, size) in pages.enumerated() {
      let address = PhysicalAddress(UInt64(index + 1) << 12)
      #expect(memblock.reserved[index].range == AddressRange(at: address, size: size))
    }
  }
}
