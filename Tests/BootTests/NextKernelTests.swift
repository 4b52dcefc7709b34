import Foundation
import SerialHarness
import Testing

/// One kernel after another, each started by the last, without the firmware in between. What is checked
/// inside the kernels is in Sources/KernelTests/NextKernelTests.swift.
@Suite(KernelUnderTest.isAvailable)
struct NextKernelTests {
  struct Chain: CustomTestStringConvertible, Sendable {
    var firmware = Machine.Firmware.bios
    var processors = 1
    var memory = MemorySize.mebibytes(256)
    var processor = "max"
    var options = ""

    var testDescription: String { "\(firmware), \(processors) processors, \(memory)\(options)" }
  }

  @Test(arguments: [
    Chain(), Chain(processors: 4), Chain(firmware: .uefi, processors: 2),
    // Memory above 4 GiB, and page tables of five levels, which the next kernel does not start with.
    Chain(processors: 4, memory: .gibibytes(5), options: " la57"),
  ])
  func twoKernelsFollowOneAnother(_ chain: Chain) async throws {
    var machine = try machine(chain.options)
    machine.firmware = chain.firmware
    machine.processorCount = chain.processors
    machine.memory = chain.memory
    let outcome = try await machine.boot(timeLimit: .seconds(300))
    try outcome.check(.success)
    for number in 0...2 {
      try outcome.require("Kernel \(number) of the chain runs, on \(chain.processors) processors")
    }
    try outcome.require("Last kernel: number 1, has left ")
    try outcome.require("Last kernel: number 2, has left ")
    #expect(
      outcome.lines.filter { $0.hasPrefix("reserve_mem: keep ") && $0.hasSuffix(" kept") }.count
        == 2)
    try outcome.require("Last boot: it started this kernel; ")
    // The last kernel's report alone is finished.
    let tests = outcome.lines.filter { $0.contains(" ... ") || $0 == "ok" }
    #expect(tests.count >= 15, "\(outcome.report())")
    #expect(outcome.line(containing: "FAILED") == nil, "\(outcome.report())")
    try outcome.require("tests: 6 passed, 0 failed")
    // Nothing of the last kernel's interrupts comes to the next.
    #expect(outcome.line(containing: "that nobody asked for") == nil, "\(outcome.report())")
  }

  /// An image of many MiB, whose file lies where the image goes: file and image are copied so that neither
  /// spoils the other.
  @Test func anImageMayGoWhereItsFileIs() async throws {
    var machine = try machine("", kernel: "large")
    machine.processorCount = 2
    let outcome = try await machine.boot(timeLimit: .seconds(300))
    try outcome.check(.success)
    let module = try outcome.require("Module [mem 0x")
    let place = try #require(module.firstMatch(of: #/\[mem 0x([0-9a-f]+)-/#)?.1)
    #expect(try #require(UInt64(place, radix: 16)) < 28 << 20)
    try outcome.require("Last kernel: number 1, has left ")
    try outcome.require("constants: 2621440 of 2621440 words are right")
    try outcome.require("data: 1048576 of 1048576 words are right")
  }

  /// A table that a boot loader passes: damaged, it costs a line, and the boot is that of a cold start.
  @Test(arguments: [
    (DamagedTable(magic: 1), "its magic number must be \"nextkern\""),
    (DamagedTable(version: 2), "its version must be 1"),
    (DamagedTable(length: 41), "its length must be that of whole entries and fit in its memory"),
    (DamagedTable(), "its check sum must be that of its words"),
  ])
  func aDamagedTableIsRefused(_ damaged: (table: DamagedTable, reason: String)) async throws {
    var machine = try KernelUnderTest.machine()
    machine.modules = [Machine.Module(damaged.table.bytes, argument: "preserved-memory")]
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.check(.success)
    try outcome.require(
      "Last kernel: what it has left is not used, this is a cold start: \(damaged.reason)")
    try outcome.require("Boot complete")
  }

  /// A machine with a kernel as a module.
  private func machine(_ options: String, kernel: String = "tests") throws -> Machine {
    let elf = try #require(KernelUnderTest.elf).replacing(#/\.elf$/#, with: "-\(kernel).elf")
    var machine = try KernelUnderTest.machine(
      "test=next-kernel reserve_mem=1000000:4096:keep\(options)")
    machine.modules = [
      Machine.Module(Array(try Data(contentsOf: URL(filePath: elf))), argument: "next")
    ]
    return machine
  }
}

/// A table without entries, whose check sum is not its own.
struct DamagedTable: Sendable {
  var magic: UInt64 = 0x6e72_656b_7478_656e
  var version: UInt64 = 1
  var length: UInt64 = 40

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for word in [magic, version, length, 0, 1] { bytes.append(little: word) }
    return bytes
  }
}
