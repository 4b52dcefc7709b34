import SerialHarness
import Testing

/// Maps that name memory which is not there: page tables in it would end in a triple fault.
@Suite(KernelUnderTest.isAvailable)
struct AbsentMemoryTests {
  @Test(arguments: ["memmap=64M@2G", "memmap=1T@4G"])
  func isLeftAloneWithALine(_ option: String) async throws {
    var machine = try KernelUnderTest.directMachine(option)
    machine.memory = .gibibytes(1)
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.check(.success)
    try outcome.require("does not keep what is written to it, and is left alone")
  }
}
