import Foundation
import SerialHarness
import Testing

/// What GRUB hands over arrives as it was sent.
@Suite(KernelUnderTest.isAvailable)
struct LoaderTests {
  @Test(arguments: [Machine.Firmware.bios, .uefi])
  func theCommandLineArrives(firmware: Machine.Firmware) async throws {
    // Dollars, commas and quotes are all special to GRUB's own script.
    var machine = try KernelUnderTest.machine(
      "memmap=64K$16M,4K#32M unheard_of=\"two words\" ; { memblock=debug")
    machine.firmware = firmware
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.check(.success)
    let line = try outcome.require("Kernel command line: ")
    #expect(
      line.hasSuffix(
        ": memmap=64K$16M,4K#32M \"unheard_of=two words\" ; { memblock=debug"),
      "\(outcome.report())")
  }

  @Test func aLongCommandLineArrives() async throws {
    let options = (0..<240).map { "memmap=4K$\(32 + $0)M" }
    let machine = try KernelUnderTest.machine(options.joined(separator: " "))
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    let map = MemoryLog(lines: try outcome.check(.success).lines).maps["user", default: []]
    let reserved = map.filter { $0.type == "reserved" && $0.range.byteCount == 4096 }
    #expect(
      reserved.map(\.range.lowerBound) == (0..<240).map { UInt64(32 + $0) << 20 },
      "\(outcome.report())")
  }

  /// 4 MiB are too little for GRUB to read the kernel's file: the machine ends, and says so.
  @Test func aKernelThatIsNotLoadedEndsTheMachine() async throws {
    var machine = try KernelUnderTest.machine()
    machine.memory = .mebibytes(4)
    let outcome = try await machine.boot(timeLimit: .seconds(30))
    try outcome.check(.stopped(.powerOff))
    try outcome.require("GRUB could not start the kernel; the machine is switched off.")
  }

  /// The bytes are read out of the machine's memory after the whole boot: nobody has written
  /// over them.
  @Test(arguments: [Machine.Firmware.bios, .uefi])
  func modulesArriveAndAreKept(firmware: Machine.Firmware) async throws {
    let contents: [[UInt8]] = [
      Array("a small module".utf8),
      (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 >> 8) },
    ]
    var machine = try KernelUnderTest.machine("monitor")
    machine.firmware = firmware
    machine.modules = [
      Machine.Module(contents[0], argument: "small first=1"),
      Machine.Module(contents[1], argument: "large"),
    ]
    let outcome = try await machine.boot(timeLimit: .seconds(60)) { session in
      var addresses: [UInt64] = []
      for (content, argument) in zip(contents, ["small first=1", "large"]) {
        let line = try await session.line(containing: "Module [mem ")
        #expect(line.hasSuffix("] \(argument)"))
        let range = try #require(line.firstMatch(of: #/mem 0x([0-9a-f]+)-0x([0-9a-f]+)/#))
        let first = try #require(UInt64(range.1, radix: 16))
        let last = try #require(UInt64(range.2, radix: 16))
        #expect(last - first + 1 == UInt64(content.count))
        #expect(first % 4096 == 0)
        addresses.append(first)
      }
      try await session.prompt("> ")
      for (content, address) in zip(contents, addresses) {
        let found = try await session.physicalMemory(at: address, count: content.count)
        #expect(found == content)
      }
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }
}
