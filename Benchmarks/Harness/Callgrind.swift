import Foundation

/// Counting instructions by running this program again under valgrind's callgrind.
struct Callgrind {
  /// The path of valgrind.
  private let valgrind: String

  /// Looks for valgrind; `nil` where it is not installed.
  init?() {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let path = directories.map { $0 + "/valgrind" }
      .first { FileManager.default.isExecutableFile(atPath: String($0)) }
    guard let path else { return nil }
    valgrind = String(path)
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
      "--toggle-collect=benchmark_body_is_running", Self.thisProgram, "--once", workload.name,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let printed = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0,
      let operations = Double(printed.trimmingCharacters(in: .whitespacesAndNewlines)),
      let total = try Self.total(in: String(contentsOf: output, encoding: .utf8))
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
