import SerialHarness
import Testing

/// What the console shows by `loglevel=` and `quiet`, and what its log has all the same.
@Suite(KernelUnderTest.isAvailable)
struct ConsoleLevelTests {
  @Test(arguments: [
    ("", true, true), ("loglevel=6", true, false), ("loglevel=5", false, false),
    ("quiet", false, false), ("loglevel=8", true, true), ("loglevel=9", true, true),
  ])
  func linesOfALevelAreShown(_ option: String, steps: Bool, details: Bool) async throws {
    let outcome = try await KernelUnderTest.directMachine(option).boot()
    try outcome.check(.success)
    #expect((outcome.line(containing: "the memory map") != nil) == steps)
    #expect((outcome.line(containing: "Zone ranges:") != nil) == details)
    // The program's own words.
    try outcome.require("memory map > memblock > page allocator > heap > Dictionary")
    #expect(
      (outcome.line(containing: "loglevel: a number from 0 to 8") != nil) == (option.last == "9"))
  }

  @Test func theLogHasAllOfThem() async throws {
    let outcome = try await KernelUnderTest.directMachine("quiet monitor").boot { session in
      try await session.prompt("> ")
      try await session.type("log\n")
      try await session.line(containing: "Zone ranges:", within: .seconds(20))
      try await session.prompt("> ")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }

  @Test func aProgramsLinesHaveLevels() async throws {
    let outcome = try await KernelUnderTest.directMachine("quiet test=levels").boot()
    try outcome.check(.success)
    try outcome.require("this is an error")
    #expect(outcome.line(containing: "this is a detail") == nil)
  }

  /// The last words of a kernel are always shown.
  @Test func aPanicIsShown() async throws {
    let outcome = try await KernelUnderTest.directMachine("quiet monitor").boot { session in
      try await session.prompt("> ")
      try await session.type("fault panic\n")
      await session.waitForTheEnd()
    }
    try outcome.check(.failure)
    try outcome.require("Kernel panic: ")
  }
}

extension Session {
  /// Passes over the console's lines until the machine has stopped.
  fileprivate func waitForTheEnd() async { while await line() != nil {} }
}
