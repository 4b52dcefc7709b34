import SerialHarness
import Testing

/// Ways to start the same kernel other than from a CD.
@Suite(KernelUnderTest.isAvailable)
struct StartTests {
  @Test(arguments: [Machine.Firmware.bios, .uefi])
  func fromAUSBStick(firmware: Machine.Firmware) async throws {
    var machine = Machine(testing: .usbStick(try #require(KernelUnderTest.iso)))
    machine.firmware = firmware
    machine.commandLine = "memblock=debug"
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try MemoryAudit(outcome).check()
    try outcome.require("loaded by GRUB")
    try outcome.require("Kernel command line: memblock=debug")
  }

  @Test(arguments: Machine.Board.allCases)
  func withoutABootLoader(board: Machine.Board) async throws {
    var machine = try KernelUnderTest.directMachine("memblock=debug a=\"b c\" $x;{")
    machine.board = board
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try MemoryAudit(outcome).check()
    try outcome.require("loaded by a PVH loader")
    try outcome.require("Kernel command line: memblock=debug a=\"b c\" $x;{")
    // All but the PC from before PCI have ACPI's tables.
    #expect((outcome.line(containing: "ACPI: APIC") != nil) == (board != .isapc))
  }

  @Test func aModuleOfAPVHLoader() async throws {
    var machine = try KernelUnderTest.directMachine("monitor")
    machine.arguments = ["-initrd", try #require(KernelUnderTest.elf)]
    let outcome = try await machine.boot(timeLimit: .seconds(60)) { session in
      let line = try await session.line(containing: "Module [mem ")
      let range = try #require(line.firstMatch(of: #/mem 0x([0-9a-f]+)-0x([0-9a-f]+)/#))
      let first = try #require(UInt64(range.1, radix: 16))
      try await session.prompt("> ")
      #expect(try await session.physicalMemory(at: first, count: 4) == [0x7f, 0x45, 0x4c, 0x46])
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }
}
