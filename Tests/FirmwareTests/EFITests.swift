import Addressing
import Firmware
import Memblock
import SimulatedMemory
import Testing

/// One descriptor of EFI's memory map, of 48 bytes as OVMF's are.
private func descriptor(
  _ type: UInt32, _ start: UInt64, pages: UInt64, attributes: UInt64 = 0xf
) -> [UInt8] {
  Multiboot2Builder.little(type) + [0, 0, 0, 0] + Multiboot2Builder.little(start)
    + Multiboot2Builder.little(UInt64(0)) + Multiboot2Builder.little(pages)
    + Multiboot2Builder.little(attributes) + [UInt8](repeating: 0, count: 8)
}

/// What came of EFI's map beside the loader's, which calls all of 1 to 256 MiB usable.
private struct EFIBoot {
  var entries: [MemoryMap.Entry] = []
  var memory: [Region] = []
  var lines: [String] = []

  init(_ descriptors: [[UInt8]], _ commandLine: String = "", descriptorSize: UInt32 = 48) throws {
    var builder = Multiboot2Builder()
    builder.string(1, commandLine)
    builder.memoryMap([(0, 0xa_0000, 1), (0x10_0000, 0xff0_0000, 1)])
    builder.tag(
      17,
      Multiboot2Builder.little(descriptorSize) + Multiboot2Builder.little(UInt32(1))
        + descriptors.joined())
    let bytes = builder.finished()
    var log = TextLog()
    let held = SimulatedMemory(bytes, at: 0)
    let information = try LoaderInformation(multiboot2: held.bytes, log: &log)
    var map = MemoryMap()
    map.fill(from: information, log: &log)
    let options = BootOptions(reading: information.commandLine, applyingTo: &map, log: &log)
    if let efi = information.efiMemoryMap {
      efi.report(to: &log)
      map.add(
        efi, isWanted: options.addsEFIMemoryMap,
        ignoringSpecialPurpose: options.ignoresSoftReservations, log: &log)
    }
    entries = FirmwareTests.entries(of: map)
    var memblock = Memblock()
    memblock.kernelCoreIsMirrored = options.isKernelCoreMirrored
    try memblock.addRAM(of: map, information, log: &log)
    memory = memblock.memory.indices.map { memblock.memory[$0] }
    lines = log.lines.filter { $0.hasPrefix("efi: ") }
  }
}

@Suite struct EFITests {
  private static let writeBack: UInt64 = 0x8
  private static let moreReliable: UInt64 = 0x1_0000
  private static let specialPurpose: UInt64 = 0x4_0000
  private static let runtime: UInt64 = 1 << 63

  @Test func typesAreLinux() throws {
    // A MiB of each type, from 2 MiB; EFI's map is added because the command line says so.
    let boot = try EFIBoot(
      (0..<17).map { descriptor($0, 0x20_0000 + UInt64($0) << 20, pages: 256) }
        + [descriptor(7, 0x200_0000, pages: 256, attributes: 0)], "add_efi_memmap")
    func type(at address: UInt64) -> MemoryType? {
      boot.entries.first { $0.range.contains(PhysicalAddress(address)) }?.type
    }
    let expected: [MemoryType] = [
      .reserved, .usable, .usable, .usable, .usable, .reserved, .reserved, .usable, .unusable,
      .acpiData, .acpiNVS, .reserved, .reserved, .reserved, .persistent, .reserved, .reserved,
    ]
    for (number, expected) in expected.enumerated() {
      #expect(type(at: 0x20_0000 + UInt64(number) << 20) == expected, "type \(number)")
    }
    #expect(type(at: 0x200_0000) == .reserved, "memory that can't be cached")
    #expect(boot.lines.first == "efi: 18 entries added to the physical RAM map:")
  }

  @Test func loadersMapStandsUnlessThereIsSpecialPurposeMemory() throws {
    let plain = try EFIBoot([descriptor(0, 0x100_0000, pages: 16)])
    #expect(plain.entries.count == 2 && plain.lines == [])
    let special = [
      descriptor(0, 0x100_0000, pages: 16),
      descriptor(7, 0x200_0000, pages: 16, attributes: Self.specialPurpose | Self.writeBack),
    ]
    let boot = try EFIBoot(special)
    #expect(
      boot.entries.map(\.type) == [.usable, .usable, .reserved, .usable, .softReserved, .usable])
    let ignored = try EFIBoot(special, "efi=nosoftreserve")
    #expect(ignored.entries.count == 2)
  }

  @Test func mirroredMemoryIsMarkedWithKernelcoreMirror() throws {
    let map = [
      descriptor(7, 0x100_0000, pages: 512, attributes: Self.moreReliable | Self.writeBack),
      descriptor(7, 0x800_0000, pages: 512),
    ]
    let marked = try EFIBoot(map, "kernelcore=mirror")
    #expect(
      marked.memory.filter { $0.flags.contains(.mirror) }.map(\.range)
        == [AddressRange(at: PhysicalAddress(0x100_0000), size: 2 << 20)])
    let told = try EFIBoot(map)
    #expect(told.memory.allSatisfy { !$0.flags.contains(.mirror) })
    for boot in [marked, told] {
      #expect(boot.lines == ["efi: Memory: 2M/4M mirrored memory"])
    }
  }

  @Test func runtimeServicesAndBrokenEntriesAreTold() throws {
    let boot = try EFIBoot([
      descriptor(6, 0x7f0_0000, pages: 512, attributes: Self.runtime | Self.writeBack),
      descriptor(7, 0x1000, pages: 0), descriptor(7, 0xffff_ffff_ffff_f000, pages: 2),
      descriptor(7, 0x1000, pages: 1 << 52), descriptor(7, 0x20_0000, pages: 1),
    ])
    #expect(
      boot.lines == [
        "efi: mem00: [Runtime Data] range=[0x0000000007f00000-0x00000000080fffff] (2MB) kept for "
          + "EFI's runtime services",
        "efi: mem01: [Conventional] range=[0x0000000000001000-0x0000000000000fff] (invalid)",
        "efi: mem02: [Conventional] range=[0xfffffffffffff000-0x0000000000000fff] (invalid)",
        "efi: mem03: [Conventional] range=[0x0000000000001000-0x0000000000000fff] (invalid)",
      ])
  }

  /// Each type has Linux's name, and numbers have two digits.
  @Test func linesNameTypesAndCount() throws {
    let boot = try EFIBoot(
      (0..<17).map { descriptor($0, 0x1000, pages: 256, attributes: Self.runtime) })
    let names = [
      "Reserved", "Loader Code", "Loader Data", "Boot Code", "Boot Data", "Runtime Code",
      "Runtime Data", "Conventional", "Unusable", "ACPI Reclaim", "ACPI Mem NVS", "MMIO",
      "MMIO Port", "PAL Code", "Persistent", "Unaccepted", "Unknown",
    ]
    #expect(boot.lines.count == names.count)
    for (index, (line, name)) in zip(boot.lines, names).enumerated() {
      #expect(line.hasPrefix("efi: mem\(index < 10 ? "0" : "")\(index): [\(name)] range="))
    }
  }

  @Test func descriptorsHaveTheSizeThatIsStated() throws {
    let wide = descriptor(0, 0x100_0000, pages: 16) + [UInt8](repeating: 0xff, count: 16)
    let boot = try EFIBoot([wide, wide], "add_efi_memmap", descriptorSize: 64)
    #expect(boot.entries.map(\.type) == [.usable, .usable, .reserved, .usable])
  }
}
