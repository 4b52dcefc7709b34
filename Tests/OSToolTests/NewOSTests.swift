import Foundation
import Testing

/// An operating system outside of this package, made and used by the commands that a newcomer
/// types.
@Suite(.serialized, OSProgram.isAvailable)
struct NewOSTests {
  @Test func anOSFromAnEmptyFolderBootsTestsAndDebugs() throws {
    let folder = try TemporaryFolder()
    let made = try OSProgram.run(["new", "MyOS"], in: folder.url)
    #expect(made.status == 0, "\(made.output)")
    let package = folder.url.appending(path: "MyOS")

    let manifest = try String(contentsOf: package.appending(path: "Package.swift"), encoding: .utf8)
    #expect(manifest.split(separator: "\n").count <= 20)

    // As it is written in the instructions: by SwiftPM, from the new folder.
    let boot = try run("bash", ["-c", Self.timedBoot], in: package)
    #expect(boot.status == 0, "\(boot.output)")
    #expect(boot.output.contains("\nMyOS says hello\n"))
    #expect(boot.output.contains("\nBoot complete\n"))
    // Two minutes of two processors, whatever else they do. (`new` takes a few milliseconds.)
    let time = try #require(boot.output.firstMatch(of: #/\ntook (\d+) (\d+) seconds\n/#))
    let taken = try #require(Int(time.1)) + (try #require(Int(time.2)))
    #expect(taken <= 240, "the first boot took \(taken) s of processor time")
    print("a new system's first boot took \(taken) s of processor time")

    let test = try OSProgram.run(
      [
        "test", "--memory", "256M", "--expect", "MyOS says hello", "--expect", "Boot complete",
        "--junit", "results.xml",
      ], in: package)
    #expect(test.status == 0 && test.output.contains("2 passed, 0 failed"), "\(test.output)")
    let results = try String(contentsOf: package.appending(path: "results.xml"), encoding: .utf8)
    #expect(results.contains("tests=\"2\" failures=\"0\""))

    // In the wrong order they are not what the console shows.
    let disorder = try OSProgram.run(
      ["test", "--memory", "128M", "--expect", "Boot complete", "--expect", "MyOS says hello"],
      in: package)
    #expect(disorder.status == 1 && disorder.output.contains("0 passed, 2 failed"))

    let debug = try OSProgram.run(
      [
        "debug", "--memory", "128M", "--", "-batch", "-ex", "hbreak main.swift:7", "-ex",
        "continue", "-ex", "backtrace",
      ], in: package)
    #expect(debug.status == 0, "\(debug.output)")
    #expect(debug.output.contains("MyOS/Sources/MyOS/main.swift:7"), "\(debug.output)")
  }

  /// Bash's times are of what the command itself has started: the other tests' machines don't count.
  private static let timedBoot = """
    TIMEFORMAT='took %0U %0S seconds'
    time swift run --no-color-diagnostics os boot
    """

  @Test func whatIsThereIsKept() throws {
    let folder = try TemporaryFolder()
    let package = folder.url.appending(path: "MyOS")
    try FileManager.default.createDirectory(at: package, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: package.appending(path: "notes"))
    let made = try OSProgram.run(["new", "MyOS"], in: folder.url)
    #expect(made.status == 1)
    #expect(made.output.contains("\(package.path) is there already, and not empty"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: package.path) == ["notes"])
  }

  @Test(arguments: [
    (["new", "My-OS"], "'My-OS' can't be a module's name"),
    (["new", "Kernel"], "'Kernel' is the name of a module"),
    (["boot"], "has no Package.swift"),
    (["boot", "--memory", "4"], "--memory"),
    (["boot", "--firmware", "efi"], "--firmware"),
  ])
  func wrongWordsAreNamed(_ arguments: [String], _ expected: String) throws {
    let folder = try TemporaryFolder()
    let result = try OSProgram.run(arguments, in: folder.url)
    #expect(result.status != 0)
    #expect(result.output.contains(expected), "\(result.output)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }
}

/// The program that `make test` built.
enum OSProgram {
  static let path = ProcessInfo.processInfo.environment["MEMBLOCK_OS"]

  static let isAvailable = ConditionTrait.enabled(
    if: path != nil, "no MEMBLOCK_OS: these tests run by 'make test', which builds it")

  static func run(_ arguments: [String], in folder: URL) throws -> (status: Int32, output: String) {
    try OSToolTests.run(try #require(path), arguments, in: folder)
  }
}

/// Runs a program with no input, and returns its exit status and all that it printed.
func run(
  _ program: String, _ arguments: [String], in folder: URL
) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = [program] + arguments
  process.currentDirectoryURL = folder
  // SwiftPM goes by this variable where the manifest asks for the folder it was started in.
  process.environment = ProcessInfo.processInfo.environment.merging(["PWD": folder.path]) { $1 }
  let output = Pipe()
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let data = try output.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

/// A folder that is removed with the value.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "os-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
