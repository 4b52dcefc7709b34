import Addressing
import Firmware
import SimulatedMemory
import Testing

@Suite struct ACPITests {
  private let memory = SimulatedMemory(at: 0, size: 2 << 20)

  private func put(_ bytes: [UInt8], at address: UInt64) {
    for (index, byte) in bytes.enumerated() {
      memory.window.store(byte, at: PhysicalAddress(address + UInt64(index)))
    }
  }

  private func pointer(_ bytes: [UInt8]) -> Result<ACPIRootPointer, ACPIProblem> {
    do throws(ACPIProblem) {
      return .success(try ACPIRootPointer(bytes.rawBytes))
    } catch {
      return .failure(error)
    }
  }

  @Test func rootPointersAreVerified() throws {
    let old = ACPIBuilder.rootPointer(rsdt: 0x1234)
    #expect(try pointer(old).get().rootTable == PhysicalAddress(0x1234))
    #expect(try pointer(old).get().isExtended == false)
    let new = ACPIBuilder.rootPointer(rsdt: 0x1234, xsdt: 0x1_2345_6789)
    #expect(try pointer(new).get().rootTable == PhysicalAddress(0x1_2345_6789))
    #expect(try pointer(new).get().isExtended)
    #expect(
      try pointer(ACPIBuilder.rootPointer(rsdt: 0x1234, xsdt: 0)).get().rootTable.value == 0x1234)

    #expect(pointer(Array(old.dropLast())) == .failure(.length))
    #expect(pointer(Array(new.dropLast())) == .failure(.length))
    #expect(pointer([UInt8](repeating: 0, count: 20)) == .failure(.signature))
    for index in 8..<20 {
      var spoilt = old
      spoilt[index] ^= 1
      #expect(pointer(spoilt) == .failure(.checksum))
    }
    for index in 20..<36 {
      var spoilt = new
      spoilt[index] ^= 1
      #expect(pointer(spoilt) == .failure(.checksum))
    }
    #expect(pointer(ACPIBuilder.rootPointer(rsdt: 0)) == .failure(.noRootTable))
  }

  @Test func searchFindsThePointer() {
    memory.window.fill(AddressRange(at: PhysicalAddress(0x400), size: 0xff_c00))
    #expect(ACPIRootPointer.search(through: memory.window) == nil)
    put(ACPIBuilder.rootPointer(rsdt: 0x1000), at: 0xf_fff0 - 16)
    #expect(ACPIRootPointer.search(through: memory.window)?.rootTable.value == 0x1000)
    put(ACPIBuilder.rootPointer(rsdt: 0x2000), at: 0xe_0001)
    #expect(ACPIRootPointer.search(through: memory.window)?.rootTable.value == 0x1000)
    put(ACPIBuilder.rootPointer(rsdt: 0x3000), at: 0x9_fc10)
    #expect(ACPIRootPointer.search(through: memory.window)?.rootTable.value == 0x1000)
    // The BIOS's data area is none of the extended one.
    put(ACPIBuilder.rootPointer(rsdt: 0x4000), at: 0x500)
    put(Multiboot2Builder.little(UInt16(0x40)), at: 0x40e)
    #expect(ACPIRootPointer.search(through: memory.window)?.rootTable.value == 0x1000)
    put(Multiboot2Builder.little(UInt16(0x41)), at: 0x40e)
    #expect(ACPIRootPointer.search(through: memory.window)?.rootTable.value == 0x4000)
    put(Multiboot2Builder.little(UInt16(0x9fc0)), at: 0x40e)
    #expect(ACPIRootPointer.search(through: memory.window)?.rootTable.value == 0x3000)
  }

  @Test func tablesAreListedAsLinuxDoes() {
    let facs = Array("FACS".utf8) + Multiboot2Builder.little(UInt32(64))
    put(facs + Array(repeating: 0, count: 56), at: 0x1_0000)
    put(ACPIBuilder.table("DSDT", revision: 2, [1, 2, 3]), at: 0x1_0100)
    let fixed =
      Multiboot2Builder.little(UInt32(0x1_0000)) + Multiboot2Builder.little(UInt32(0x1_0100))
    put(ACPIBuilder.table("FACP", fixed), at: 0x1_0200)
    var odd = ACPIBuilder.table("APIC", revision: 12, [9])
    odd.replaceSubrange(10..<13, with: [0x41, 0x07, 0])
    odd.replaceSubrange(32..<34, with: [0x9a, 0xbf])
    put(ACPIBuilder.withChecksum(odd, at: 9), at: 0x1_0300)
    let list: [UInt64] = [0x1_0200, 0, 0x1_0300, 0x1_0300, 0x1_0400, 0x20_0000, 0x1_0500]
    put(ACPIBuilder.table("XSDT", list.flatMap { Multiboot2Builder.little($0) }), at: 0x2_0000)
    put(Array("HPET".utf8) + Multiboot2Builder.little(UInt32.max), at: 0x1_0400)
    var spoilt = ACPIBuilder.table("WAET", [5])
    spoilt[36] = 6
    put(spoilt, at: 0x1_0500)
    put(ACPIBuilder.rootPointer(rsdt: 0, xsdt: 0x2_0000), at: 0xe_0000)

    var tables = ACPITables()
    var log = TextLog()
    guard let root = ACPIRootPointer.search(through: memory.window) else {
      Issue.record("no root pointer")
      return
    }
    tables.read(from: root, through: memory.window, log: &log)
    #expect(
      log.lines == [
        "ACPI: XSDT 0x0000000000020000 00005C (v01 SWIFT  MEMBLOCK 00000001 TEST 00000001)",
        "ACPI: FACP 0x0000000000010200 00002C (v01 SWIFT  MEMBLOCK 00000001 TEST 00000001)",
        "ACPI: FACS 0x0000000000010000 000040",
        "ACPI: DSDT 0x0000000000010100 000027 (v02 SWIFT  MEMBLOCK 00000001 TEST 00000001)",
        "ACPI: APIC 0x0000000000010300 000025 (v12 A?     MEMBLOCK 00000001 TEST 0000BF9A)",
        "ACPI: table at 0x00010300: it is listed twice; not used",
        "ACPI: table at 0x00010400: the length must hold the header, and 4 MiB must hold the "
          + "table; not used",
        "ACPI: table at 0x00200000: it lies outside of the memory that can be seen; not used",
        "ACPI: table at 0x00010500: the bytes must add up to 0; not used",
      ])
    #expect(tables.count == 4)
    // What was read before is forgotten.
    tables.read(from: root, through: memory.window, log: &log)
    #expect(tables.count == 4)
    #expect(
      tables.bytes(of: "DSDT")?.range == AddressRange(at: PhysicalAddress(0x1_0100), size: 0x27))
    #expect(tables.bytes(of: "SRAT") == nil)
    #expect(tables.end == PhysicalAddress(0x1_0325) && ACPITables().end == .zero)
  }

  @Test func tablesHaveAtMost4MiB() {
    let memory = SimulatedMemory(at: 0, size: 6 << 20)
    memory.window.fill(memory.window.range)
    for (length, count) in [(4 << 20, 2), (4 << 20 + 1, 1)] as [(Int, Int)] {
      let table = ACPIBuilder.table("WAET", Array(repeating: 0, count: length - 36))
      memory.put(table, at: 0x10_0000)
      memory.put(
        ACPIBuilder.table("RSDT", Multiboot2Builder.little(UInt32(0x10_0000))), at: 0x2_0000)
      memory.put(ACPIBuilder.rootPointer(rsdt: 0x2_0000), at: 0xe_0000)
      var tables = ACPITables()
      var log = TextLog()
      if let root = ACPIRootPointer.search(through: memory.window) {
        tables.read(from: root, through: memory.window, log: &log)
      }
      #expect(log.lines.count(where: { !$0.hasSuffix("not used") }) == count)
    }
  }

  @Test func brokenRootTableCostsACPI() {
    var rsdt = ACPIBuilder.table("RSDT", [0, 0, 1, 0])
    rsdt[4] = 35
    put(rsdt, at: 0x2_0000)
    put(ACPIBuilder.rootPointer(rsdt: 0x2_0000), at: 0xe_0000)
    var tables = ACPITables()
    var log = TextLog()
    if let root = ACPIRootPointer.search(through: memory.window) {
      tables.read(from: root, through: memory.window, log: &log)
    }
    #expect(tables.count == 0)
    #expect(log.lines.count == 1 && log.text.hasPrefix("ACPI: table at 0x00020000: the length"))
  }

  @Test func loadersCopyComesFirst() throws {
    put(ACPIBuilder.rootPointer(rsdt: 0x1000), at: 0xe_0000)
    var builder = Multiboot2Builder()
    builder.tag(14, ACPIBuilder.rootPointer(rsdt: 0x2000))
    builder.tag(15, [UInt8](repeating: 7, count: 36))
    let bytes = builder.finished()
    var log = TextLog()
    let held = SimulatedMemory(bytes, at: 0x40_0000)
    let information = try LoaderInformation(multiboot2: held.bytes, log: &log)
    let root = information.findRootPointer(through: memory.window, log: &log)
    #expect(root?.rootTable.value == 0x2000)
    #expect(
      log.lines == [
        "ACPI: the boot loader's root pointer: the signature is not \"RSD PTR \"; not used"
      ])
  }
}
