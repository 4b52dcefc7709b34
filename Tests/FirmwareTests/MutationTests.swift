import SimulatedMemory
import Testing

@Suite struct MutationTests {
  private func boots() throws -> MutatedBoots {
    MutatedBoots(
      information: [
        try TestData.bytes("Boots/grub-bios.mbi"), try TestData.bytes("Boots/grub-uefi.mbi"),
      ],
      tables: [
        try TestData.bytes("Boots/distances.srat"), try TestData.bytes("Boots/distances.slit"),
      ])
  }

  /// `make fuzz` runs 100,000 of them.
  @Test func spoiltBootsEndInACorrectTableOrAnError() throws {
    let (faults, errors) = try boots().run(variants: 0..<150)
    #expect(faults == [])
    // Some are broken beyond use, and most are not.
    #expect((1..<100).contains(errors))
  }

  @Test func realBootsEndWell() throws {
    let boots = try boots()
    let low = SimulatedMemory(at: 0, size: 1 << 20)
    low.placeACPI(boots.tables)
    let bios = FirmwareRun(information: boots.information[0], low: low)
    #expect(bios.error == nil && bios.fault == nil)
    #expect(
      bios.log.lines.filter { $0.contains("SRAT: Node") } == [
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0009ffff]",
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x00100000-0x1fffffff]",
        "ACPI: SRAT: Node 1 PXM 1 [mem 0x20000000-0x3fffffff]",
      ])
    let uefi = FirmwareRun(information: boots.information[1], low: low)
    #expect(uefi.error == nil && uefi.fault == nil)
    #expect(uefi.log.lines.contains { $0.hasPrefix("efi: mem") && $0.contains("[Runtime Data]") })
    for problem in ["multiboot2", "(invalid)", "not used"] {
      #expect(!bios.log.text.contains(problem) && !uefi.log.text.contains(problem))
    }
  }
}
