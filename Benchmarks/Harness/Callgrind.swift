import Foundation

/// Counting instructions by running this program again under valgrind's callgrind.
struct Callgrind {
  /// The path of valgrind.
  private let valgrind: String

  /// A copy of this program without debug information, which valgrind can't read.
  private let program: URL

  /// Looks for valgrind and makes the copy; `nil` where valgrind or objcopy is not installed.
  init?() {
    guard let valgrind = Self.path(of: "valgrind"), let objcopy = Self.path(of: "objcopy") else {
      return nil
    }
    self.valgrind = valgrind
    program = FileManager.default.temporaryDirectory
      .appendingPathComponent("Benchmarks.\(UUID().uuidString)")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: objcopy)
    process.arguments = ["--strip-debug", Self.thisProgram, program.path]
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
  }

  /// Removes the copy.
  func close() { try? FileManager.default.removeItem(at: program) }

  private static func path(of program: String) -> String? {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return directories.map { $0 + "/" + program }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The instructions per operation of a workload's measured part.
  func instructions(of workload: Workload) throws -> Double {
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("callgrind.\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: valgrind)
    process.arguments = [
      "--tool=callgrind", "--collect-atstart=no", "--callgrind-out-file=\(output.path)",
      "--toggle-collect=benchmark_body_is_running", program.path, "--once", workload.name,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let printed = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0,
      let operations = Double(printed.trimmingCharacters(in: .whitespacesAndNewlines)),
      let total = try Self.total(in: String(contentsOf: output, encoding: .utf8)), total > 0
    else { throw Failure(workload: workload.name) }
    return total / operations
  }

  /// The sum that a callgrind output file ends with.
  private static func total(in output: String) -> Double? {
    let line = output.split(separator: "\n").last { $0.hasPrefix("totals: ") }
    return line.flatMap { Double($0.dropFirst("totals: ".count)) }
  }

  private static var thisProgram: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  /// Callgrind did not run to its end.
  struct Failure: Error, CustomStringConvertible {
    let workload: String
    var description: String { "callgrind did not count the instructions of \(workload)" }
  }
}
