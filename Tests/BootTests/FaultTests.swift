import SerialHarness
import Testing

/// A fault on purpose, and what its report must say.
struct Fault: CustomTestStringConvertible, Sendable {
  /// What the kernel's option `test=` calls it.
  var name: String
  /// The exception's number: SDM volume 3, table 7-1.
  var vector: Int
  /// The error code of a page fault: SDM volume 3, section 5.7.
  var errorCode: Int
  /// What the report says went wrong.
  var explanation: String

  var testDescription: String { name }

  static let all = [
    Fault(
      name: "write-rodata", vector: 14, errorCode: 3, explanation: "Write to read-only memory"),
    Fault(name: "write-text", vector: 14, errorCode: 3, explanation: "Write to read-only memory"),
    Fault(
      name: "write-text-alias", vector: 14, errorCode: 3,
      explanation: "Write to read-only memory"),
    Fault(
      name: "execute-data", vector: 14, errorCode: 0x11,
      explanation: "Execution of memory that may not be"),
    Fault(
      name: "execute-direct-map", vector: 14, errorCode: 0x11,
      explanation: "Execution of memory that may not be"),
    Fault(name: "identity-map", vector: 14, errorCode: 0, explanation: "Read of unmapped memory"),
    Fault(name: "null", vector: 14, errorCode: 0, explanation: "Read of unmapped memory"),
    Fault(name: "stack-overflow", vector: 8, errorCode: 0, explanation: "Stack overflow"),
    Fault(
      name: "precondition", vector: 6, errorCode: 0, explanation: "A Swift precondition failed"),
    Fault(
      name: "invalid-instruction", vector: 6, errorCode: 0,
      explanation: "This processor has no such instruction"),
    Fault(
      name: "out-of-memory", vector: 6, errorCode: 0,
      explanation: "Swift's runtime ended the program: the allocation above failed"),
    Fault(name: "divide", vector: 0, errorCode: 0, explanation: "divide"),
    Fault(name: "breakpoint", vector: 3, errorCode: 0, explanation: "breakpoint"),
  ]
}

/// Each fault ends in a report that a person can work with, and in failure: never in a triple
/// fault, never in silence.
@Suite(KernelUnderTest.isAvailable)
struct FaultTests {
  @Test(arguments: Fault.all)
  func faultIsReported(_ fault: Fault) async throws {
    var machine = try KernelUnderTest.machine("test=\(fault.name)")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30))
    try outcome.check(.failure)

    let report = try outcome.require("Exception \(fault.vector):")
    #expect(report.hasSuffix("error code \(hexadecimal(fault.errorCode, digits: 4))"))
    try outcome.require(fault.explanation)
    for register in ["RIP: ", "RAX: ", "R15: ", "RSP: ", "CR2: ", "CR3: "] {
      try outcome.require(register)
    }
    // The way back has the names of functions in it, up to the boot's first.
    try outcome.require("Call trace:")
    let trace = outcome.lines.drop { $0 != "Call trace:" }.dropFirst()
      .filter { $0.hasPrefix(" [0x") }
    #expect(!trace.isEmpty, "\(outcome.report())")
    #expect(
      trace.allSatisfy { $0.contains(#/\] \S.*\+0x[0-9a-f]+$/#) }, "\(outcome.report())")
    // As Swift has them.
    #expect(!trace.contains { $0.contains("$e") })
    if fault.name == "precondition" {
      #expect(
        outcome.lines.contains {
          $0.wholeMatch(of: #/at KernelTests/FaultTests\.swift:\d+/#) != nil
        })
      #expect(trace.contains { $0.contains("] boot(changing:running:)+0x") }, "\(outcome.report())")
    }
    if fault.name != "stack-overflow" {
      #expect(trace.last?.contains("start_higher_half") == true, "\(outcome.report())")
    }
    // One explanation, not several.
    let explanations = Fault.all.map(\.explanation).filter {
      outcome.line(containing: $0) != nil && !fault.explanation.contains($0)
    }
    #expect(Set(explanations).subtracting(["divide", "breakpoint"]).isEmpty)
  }

  @Test func anAllocationThatFailsNamesWhatWasAskedFor() async throws {
    var machine = try KernelUnderTest.directMachine("test=out-of-memory")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30))
    try outcome.check(.failure)
    try outcome.require("heap: no memory for 8796093022240 bytes")
  }

  @Test func theTextOfAFatalErrorIsPrinted() async throws {
    var machine = try KernelUnderTest.directMachine("test=fatal-error")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30))
    try outcome.check(.failure)
    try outcome.require("Fatal error: the text of a fatal error")
    #expect(try outcome.require("at KernelTests/FaultTests.swift:").contains(#/:[0-9]+$/#))
    // The last call in the function is to one that never returns: it has the function's name
    // all the same.
    try outcome.require("FaultTests")
    #expect(outcome.line(containing: "Exception") == nil)
  }

  @Test func aSmashedStackIsNoticed() async throws {
    var machine = try KernelUnderTest.directMachine("test=smashed-stack")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30))
    try outcome.check(.failure)
    try outcome.require("Kernel panic: a buffer on the stack was written past its end")
  }

  @Test func anInterruptThatNobodyAskedForIsNamedOnce() async throws {
    var machine = try KernelUnderTest.directMachine("test=interrupt")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30))
    try outcome.check(.success)
    try outcome.require("Interrupt 33 (legacy line 1) that nobody asked for")
    #expect(outcome.lines.count { $0.contains("that nobody asked for") } == 1)
    try outcome.require("back from the interrupt")
  }

  /// A machine check in each state in which the processor waits: it is reported with what the
  /// banks say.
  @Test func aMachineCheckIsReported() async throws {
    var machine = try KernelUnderTest.machine("monitor")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30)) { session in
      try await session.prompt("> ")
      try await session.monitor("mce 0 4 0xbe00000000000000 0x5 0x1234000 0")
    }
    try outcome.check(.failure)
    try outcome.require("Exception 18: #MC machine check")
    try outcome.require(
      "Machine check bank 4: status 0xbe00000000000000, address 0x0000000001234000")
  }

  private func hexadecimal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: digits - text.count) + text
  }
}
