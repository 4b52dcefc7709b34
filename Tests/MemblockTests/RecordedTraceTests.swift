import Foundation
import MemblockTrace
import Testing

/// What the memblock of Linux 6.12, or of 7.3 where a trace says so, answered to these traces is
/// what ours answers by the same rules, byte for byte.
struct RecordedTraceTests {
  static let traces: [String] = {
    let root = Bundle.module.url(forResource: "Recorded", withExtension: nil)!
    let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)!
    return all.compactMap { ($0 as? URL)?.path }.filter { $0.hasSuffix(".trace") }.sorted()
  }()

  @Test func areThere() {
    #expect(Self.traces.count >= 43)
  }

  @Test(arguments: traces)
  func equalsLinux(trace: String) throws {
    let expected = try String(
      contentsOfFile: trace.replacing(".trace", with: ".result"), encoding: .utf8)
    let results = try TraceRunner.results(of: String(contentsOfFile: trace, encoding: .utf8))
    let lines = results.split(separator: "\n")
    for (number, line) in expected.split(separator: "\n").enumerated() {
      try #require(number < lines.count && lines[number] == line, "result line \(number + 1)")
    }
    #expect(results == expected)
  }
}

extension TraceRunner {
  /// The results of a whole trace, by the rules of 6.12 unless it says otherwise.
  static func results(of trace: String) throws -> String {
    var runner = TraceRunner(memory: try #require(SparseMemory()), rules: .linux6_12)
    for line in trace.split(separator: "\n", omittingEmptySubsequences: false) {
      try runner.run(line)
    }
    runner.finish()
    return String(decoding: runner.takeResults(), as: UTF8.self)
  }
}
