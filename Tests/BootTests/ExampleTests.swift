import Foundation
import SerialHarness
import Testing

/// The examples that run on the machine, whose ELF files `make test` gives.
enum ExampleKernel: String, CaseIterable {
  case tasks = "MEMBLOCK_TASKS_ELF"
  case userMode = "MEMBLOCK_USER_MODE_ELF"

  var path: String? { ProcessInfo.processInfo.environment[rawValue] }

  static let areThere = ConditionTrait.enabled(
    if: allCases.allSatisfy { $0.path != nil },
    "no \(allCases.map(\.rawValue).joined(separator: ", ")): these run by 'make test'")

  /// Boots the example, by its PVH entry.
  func boot(_ change: (inout Machine) -> Void) async throws -> Outcome {
    var machine = Machine(testing: .pvh(try #require(path)))
    machine.memory = .mebibytes(256)
    change(&machine)
    return try await machine.boot(timeLimit: .seconds(120)).check(.success)
  }
}

/// Kernel threads and programs in ring 3, as the examples have them.
@Suite(ExampleKernel.areThere)
struct ExampleTests {
  @Test(arguments: [1, 2, 4, 8])
  func threadsAreRunByAllProcessors(count: Int) async throws {
    let outcome = try await ExampleKernel.tasks.boot { $0.processorCount = count }
    #expect(outcome.lines.count { $0.hasSuffix(" times") } == count, "\(outcome.report())")
    let line = try outcome.require("Tasks: \(3 * count) threads in ")
    let ended = try #require(line.firstMatch(of: #/(\d+) of them ended by the timer/#)).1
    #expect(try #require(Int(ended)) > 0)
    try outcome.require("Tasks: every text as it was written, 0 pages lost")
  }

  /// With SMEP and SMAP, without them, with five levels of page tables, and where another processor
  /// is there.
  @Test(arguments: [
    ("max", 1, ""), ("qemu64", 1, ""), ("max,-smap,-smep", 1, ""), ("max", 2, ""),
    ("max", 2, "la57"),
  ])
  func whateverAProgramDoesTheKernelGoesOn(
    processor: String, count: Int, options: String
  ) async throws {
    let outcome = try await ExampleKernel.userMode.boot {
      $0.processor = processor
      $0.processorCount = count
      $0.commandLine = options
    }
    if options == "la57" { try outcome.require("Page tables: five levels") }
    let wanted = [
      "greet: ended with 17", "calculate: ended with 6", "pry: ended with -1",
      "trespass: ended by #PF page fault about 0xffffffff80200000, at its byte 10",
      "seize: ended by #GP general protection, at its byte 0",
      "scribble: ended by #PF page fault about 0x8000000000, at its byte 0",
      "greet: ended with 17",
    ]
    #expect(outcome.lines.filter { $0.contains(": ended ") } == wanted, "\(outcome.report())")
    #expect(outcome.lines.count { $0 == "  \"hello from ring 3\"" } == 3)
    let line = try outcome.require(" ticks came meanwhile, 0 pages lost")
    #expect(!line.hasPrefix("UserMode: 0 ticks"))
  }
}
