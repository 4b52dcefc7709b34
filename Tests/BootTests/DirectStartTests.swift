import Foundation
import SerialHarness
import Testing

@testable import FuzzBoot

/// The starts that once ended in silence, and those that a fuzzer begins with
/// (Tests/FuzzBoot/Corpus).
@Suite(KernelUnderTest.isAvailable)
struct DirectStartTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "FuzzBoot/Corpus").path

  private static let names: [String] = {
    ((try? FuzzBoot.cases(in: corpus)) ?? []).map(\.name)
  }()

  @Test func theAttacksAreThere() {
    #expect(Self.names.count >= 15)
  }

  @Test(arguments: names)
  private func endsByItsOwnResult(_ name: String) async throws {
    let elf = try #require(KernelUnderTest.elf)
    let kernel = try KernelELF(Array(try Data(contentsOf: URL(filePath: elf))))
    let start = StartCase(
      text: try String(contentsOfFile: "\(Self.corpus)/\(name).case", encoding: .utf8))
    if case .finding(let what, let outcome) = await start.run(kernel) {
      Issue.record("\(what)\n\(outcome?.report() ?? "")")
    }
  }
}
