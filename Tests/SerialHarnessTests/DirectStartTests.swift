import Foundation
import Testing

@testable import SerialHarness

@Suite struct DirectStartTests {
  /// The bytes in the source are those of loader.asm.
  @Test(.enabled(if: hasTools, "no GNU as and ld")) func theLoaderIsItsSource() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "loader-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/SerialHarness/DirectStart/loader.asm")
    let object = folder.appending(path: "o").path
    let image = folder.appending(path: "image")
    try run("/usr/bin/as", "--32", "-o", object, source.path)
    try run(
      "/usr/bin/ld", "-m", "elf_i386", "-Ttext", "0xfffff000", "--oformat", "binary", "-o",
      image.path, object)
    let bytes = Array(try Data(contentsOf: image))
    #expect(bytes.count == 4096)
    #expect(Array(bytes[..<LoaderROM.code.count]) == LoaderROM.code)
    #expect(bytes[LoaderROM.code.count..<0xff0].allSatisfy { $0 == 0 })
    #expect(Array(bytes[0xff0..<0xff3]) == LoaderROM.resetVector)
  }

  static let hasTools = ["/usr/bin/as", "/usr/bin/ld"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private func run(_ program: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// A program that exits with the lowest byte of EAX, if memory and registers are as given:
  /// cmp word [0x100003], 0 (the zeros); jne fail; cmp ecx, 0x12345678; jne fail;
  /// pushf; pop ecx; test ecx, 0x4000; jz fail; out 0xf4, al; hlt; fail: mov al, 0x2a; out 0xf4, al.
  private static let program: [UInt8] = [
    0x66, 0x83, 0x3d, 0x03, 0x00, 0x10, 0x00, 0x00, 0x75, 0x16,
    0x81, 0xf9, 0x78, 0x56, 0x34, 0x12, 0x75, 0x0e,
    0x9c, 0x59, 0xf7, 0xc1, 0x00, 0x40, 0x00, 0x00, 0x74, 0x04,
    0xe6, 0xf4, 0xf4, 0xf4,
    0xb0, 0x2a, 0xe6, 0xf4, 0xf4,
  ]

  private func machine() -> Machine {
    var start = Machine.DirectStart(entry: 0x200000)
    start.pieces = [
      Machine.DirectStart.Piece(at: 0x100000, [1, 2, 3, 0, 0, 0, 0, 4]),
      Machine.DirectStart.Piece(at: 0x100000, [1, 2, 3], zeroCount: 5),
      Machine.DirectStart.Piece(at: 0x200000, Self.program),
    ]
    start.registers.eax = 0x10
    start.registers.ecx = 0x1234_5678
    start.registers.esp = 0x300000
    start.flags = 0x4002
    var machine = Machine(start: .direct(start))
    machine.memory = .mebibytes(16)
    machine.board = .pc
    return machine
  }

  @Test(.enabled(if: BootSector.hasQEMU, "no qemu-system-x86_64 in PATH"))
  func memoryAndRegistersAreAsGiven() async throws {
    try await machine().boot(timeLimit: .seconds(20)).check(.success)
    var other = machine()
    guard case .direct(var start) = other.start else { return }
    start.registers.ecx = 0
    other.start = .direct(start)
    try await other.boot(timeLimit: .seconds(20)).check(.code(0x2a))
  }

  @Test func anELFFileThatIsNone() {
    #expect(throws: KernelELF.Problem.self) { try KernelELF(Array("#!/bin/sh".utf8)) }
  }

  @Test func tagsAreOnMultiplesOfEight() {
    var list = Multiboot2TagList()
    list.tags = [.commandLine("abc"), .loaderName("a")]
    let bytes = list.bytes
    #expect(bytes.integer(at: 0, 4) == UInt64(bytes.count))
    #expect(bytes.integer(at: 8, 4) == 1 && bytes.integer(at: 12, 4) == 12)
    #expect(bytes.integer(at: 24, 4) == 2 && bytes.integer(at: 28, 4) == 10)
    #expect(Array(bytes.suffix(8)) == [0, 0, 0, 0, 8, 0, 0, 0])
  }

  @Test func tablesAddUpToZero() {
    let image = ACPITableImage([Machine.ACPITable("SRAT", body: [1, 2, 3])], at: 0x600000)
    #expect(image.rootPointer.count == 36)
    #expect(image.rootPointer.reduce(0, &+) == 0 && image.rootPointer[..<20].reduce(0, &+) == 0)
    let table = Int(image.bytes.integer(at: 36, 8)) - 0x600000
    #expect(image.bytes[..<table].reduce(0, &+) == 0 && image.bytes[table...].reduce(0, &+) == 0)
    #expect(image.bytes.integer(at: table + 4, 4) == 39)
  }
}
