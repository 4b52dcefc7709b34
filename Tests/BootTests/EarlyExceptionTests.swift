import Foundation
import SerialHarness
import Testing

/// Exceptions before the kernel has its own tables: gdb stops the machine in a function of the entry
/// code and puts an invalid instruction there; in 64-bit code behind the five instructions that set the
/// stack pointer, the descriptors and the first page tables.
@Suite(KernelUnderTest.isAvailable)
struct EarlyExceptionTests {
  @Test(arguments: [
    (
      "interrupt_table_set_up", "swift-memblock: exception 0x00000006, error code 0x00000000, at 0x"
    ),
    ("start_higher_half+29", "Exception 6: #UD invalid opcode, error code 0x0000"),
  ])
  func isReported(function: String, line: String) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "early-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let socket = folder.appending(path: "gdb").path

    var machine = try KernelUnderTest.machine()
    machine.memory = .mebibytes(128)
    machine.arguments = ["-S", "-gdb", "unix:\(socket),server=on,wait=off"]
    let kernel = try #require(KernelUnderTest.elf)
    let outcome = try await machine.boot(timeLimit: .seconds(60)) { _ in
      while !FileManager.default.fileExists(atPath: socket) {
        try await Task.sleep(for: .milliseconds(20))
      }
      let gdb = Process()
      gdb.executableURL = URL(filePath: "/usr/bin/env")
      gdb.arguments =
        ["gdb", "-q", "-nx", "-batch", kernel]
        + [
          "set architecture i386:x86-64", "target remote \(socket)",
          "hbreak *((char *)&\(function))", "continue", "delete", "set {short}$pc = 0xff0f",
          "continue",
        ].flatMap { ["-ex", $0] }
      gdb.standardOutput = FileHandle.nullDevice
      gdb.standardError = FileHandle.nullDevice
      try gdb.run()
      gdb.waitUntilExit()
    }
    try outcome.check(.failure)
    try outcome.require(line)
  }
}
