import Foundation
import MemblockTrace
import Testing

/// Where ours differs from Linux on purpose, ours answers what is kept here. That Linux answers
/// what NAME.difference says, `make conformance` checks.
struct DifferenceTests {
  static let traces: [String] = {
    let root = Bundle.module.url(forResource: "Differences", withExtension: nil)!
    let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)!
    return all.compactMap { ($0 as? URL)?.path }.filter { $0.hasSuffix(".trace") }.sorted()
  }()

  @Test func areThere() {
    #expect(Self.traces.count == 8)
  }

  @Test(arguments: traces)
  func isAsKept(trace: String) throws {
    let kept = try String(
      contentsOfFile: trace.replacing(".trace", with: ".result"), encoding: .utf8)
    #expect(try TraceRunner.results(of: String(contentsOfFile: trace, encoding: .utf8)) == kept)
  }
}
