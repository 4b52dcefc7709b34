import Foundation
import Testing

/// The C library as C programs use it: built by gcc and g++, linked with libmemblock.a and
/// nothing of Swift's. Scripts/test.sh builds the library and says where it is.
@Suite(.enabled(if: CLibrary.folder != nil, "MEMBLOCK_C_LIBRARY names no library; use make test"))
struct CLibraryTests {
  @Test("a C program, built by gcc")
  func program() throws {
    let output = try CLibrary.outputOf("gcc", ["-std=c11"], "first_steps.c")
    #expect(
      output == """
        a page on node 1 at 0x1fff000, first byte 0
        64 bytes below 4 MiB at 0x3fffc0
        1 for a page that is not there
        free [0x100000-0x3fffbf] on node 0
        free [0x400000-0xffffff] on node 0
        free [0x1000000-0x1ffefff] on node 1
        reserved[0] 0 0x100000
        reserved[1] 0x3fffc0 0x40
        reserved[2] 0x1fff000 0x1000
        128 regions of 128, then -12
        130 regions of 256, then 0

        """)
  }

  @Test("a C++ program, built by g++")
  func programInCPlusPlus() throws {
    let output = try CLibrary.outputOf("g++", ["-std=c++17"], "node_report.cpp")
    #expect(
      output == """
        node 0: 4792 KiB free
        node 1: 8192 KiB free
        3230 pages handed over in 21 blocks

        """)
  }

  @Test("5,000 regions under AddressSanitizer")
  func manyRegions() throws {
    let output = try CLibrary.outputOf("gcc", ["-std=c11", "-fsanitize=address"], "many_regions.c")
    #expect(
      output == """
        memblock_alloc: no memory can be seen before memblock_set_window
        without a window: 1
        5001 regions of 8192, 1
        the last one copied: 1
        3 pairs, then 1 region
        memory pages [0-16384), node 1024
        the table's memory: -16
           0: 0x0000000000000000..0x0000000001ffffff    x NONE
           1: 0x0000000002000000..0x00000000020fffff    x NOMAP
           2: 0x0000000002100000..0x0000000003ffffff    x NONE
        free in the zone: [0x101-0x102)
        free in the zone: [0x103-0x104)
        and then: 0xffffffffffffffff, 0
        free in the zone, from there: [0x101-0x102)
        free in the zone, from there: [0x103-0x104)
        memblock_free_late: not memory that was handed over: \
        [0x0000000000000000-0xfffffffffffffffe]
        memblock_free_late: not memory that was handed over: \
        [0x0000000000000000-0xfffffffffffffffe]

        """)
  }

  @Test("named memory, physical memory and the hand-over in C")
  func handOver() throws {
    let output = try CLibrary.outputOf("gcc", ["-std=c11"], "hand_over.c")
    #expect(
      output == """
        there but not used: [0x1000000-0x1ffffff]
        crash log: 0, at 0xf00000
        once more: -16, no name: -22, too large: -12
        room for 256 reservations
        free_all
          taken [0-0xfffff] on node 0
          taken [0xefe000-0xffffff] on node 0
          block of order 8 at frame 0x100
          block of order 9 at frame 0x200
          block of order 10 at frame 0x400
          block of order 10 at frame 0x800
          block of order 9 at frame 0xc00
          block of order 7 at frame 0xe00
          block of order 6 at frame 0xe80
          block of order 5 at frame 0xec0
          block of order 4 at frame 0xee0
          block of order 3 at frame 0xef0
          block of order 2 at frame 0xef8
          block of order 1 at frame 0xefc
        free_late
          block of order 3 at frame 0x10
        discard
          block of order 1 at frame 0xefe
        3592 pages
        memory now: 0 regions, add: -19
        crash log: 1, 0x100000 bytes at 0xf00000
        another: 0

        """)
  }

  @Test("a kernel in C, in QEMU")
  func kernel() throws {
    let library = try #require(CLibrary.folder)
    let kernel = CLibrary.scratch.appendingPathComponent("c-kernel").path
    let build = try Command("Examples/CKernel/build.sh", [library, kernel])
    #expect(build.status == 0, "\(build.errors)")
    let run = try Command(
      "qemu-system-x86_64",
      [
        "-accel", "tcg", "-m", "256M", "-kernel", kernel, "-serial", "stdio", "-display", "none",
        "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
      ])
    #expect(run.status == 33)
    let lines = run.output.split(whereSeparator: \.isNewline)
    #expect(
      lines.first == "memblock_add: [0x0000000000000000-0x000000000009fbff] memblock")
    #expect(lines.contains("room for reservations: 0x0000000000000100"))
    #expect(lines.last?.hasPrefix("pages handed over: 0x000000000000fd") == true)
    #expect(!run.output.contains("missing") && !run.output.contains("failed"))
  }
}

/// Where the library and the examples are.
enum CLibrary {
  /// The folder with memblock.h and the libraries.
  static let folder = ProcessInfo.processInfo.environment["MEMBLOCK_C_LIBRARY"]

  /// The root of the package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A folder for what the tests build.
  static let scratch: URL = {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("memblock-c-tests-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }()

  /// Builds an example without a warning, runs it, and returns what it prints.
  static func outputOf(
    _ compiler: String, _ options: [String], _ example: String
  ) throws -> String {
    let folder = try #require(folder)
    let program = scratch.appendingPathComponent(example + ".out").path
    let build = try Command(
      compiler,
      options + [
        "-Wall", "-Wextra", "-Werror", "-I\(folder)", "-o", program, "Examples/C/\(example)",
        "\(folder)/x86_64-unknown-linux-gnu/libmemblock.a",
      ])
    #expect(build.status == 0, "\(build.errors)")
    let run = try Command(program, [])
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }
}

/// A command that has run to its end, from the root of the package.
struct Command {
  let status: Int32
  let output: String
  let errors: String

  init(_ name: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["timeout", "60", name] + arguments
    process.currentDirectoryURL = CLibrary.package
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    self.output = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    self.errors = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationStatus
  }
}
