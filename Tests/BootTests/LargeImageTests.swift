import SerialHarness
import Testing

/// A kernel with 28 MiB of constants and data: the first page tables and the kernel's own show all of
/// an image.
@Suite(KernelUnderTest.isAvailable)
struct LargeImageTests {
  @Test func allOfItIsThereWithoutALoader() async throws {
    let elf = try #require(KernelUnderTest.elf).replacing(#/\.elf$/#, with: "-large.elf")
    var machine = Machine(testing: .pvh(elf))
    machine.processorCount = 2
    try check(try await machine.boot())
  }

  @Test(arguments: Machine.Firmware.allCases)
  func allOfItIsThereAfterGRUB(_ firmware: Machine.Firmware) async throws {
    let iso = try #require(KernelUnderTest.iso).replacing(#/\.iso$/#, with: "-large.iso")
    var machine = Machine(testing: .iso(iso))
    machine.firmware = firmware
    try check(try await machine.boot(timeLimit: .seconds(120)))
  }

  private func check(_ outcome: Outcome) throws {
    try outcome.check(.success)
    try outcome.require("constants: 2621440 of 2621440 words are right")
    try outcome.require("data: 1048576 of 1048576 words are right")
  }
}
