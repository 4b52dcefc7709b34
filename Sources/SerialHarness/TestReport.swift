/// What a test kernel reported on its console.
///
/// A test kernel prints a line for each test, and a line with the counts at the end:
/// ```
/// heap_grows ... ok
/// heap_is_fast ... (37 ticks an allocation) ok
/// heap_shrinks ... FAILED: 3 pages are still taken
/// tests: 2 passed, 1 failed
/// ```
/// What a test measured may stand in parentheses before its result.
/// Other lines may stand between them. Without the closing line, or where its counts are not
/// those of the lines before it, the report can't be trusted.
public struct TestReport: Hashable, Sendable {
  /// One test's result.
  public struct Test: Hashable, Sendable {
    /// The test's name.
    public var name: String
    /// Why it failed, or none where it passed.
    public var failure: String?
  }

  /// What is wrong with a report.
  public enum Malformation: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kernel stopped before its closing line.
    case noClosingLine
    /// The closing line has other counts than the tests' lines.
    case wrongCount(closingLine: String, passed: Int, failed: Int)

    /// One line that says what is missing or contradicts.
    public var description: String {
      switch self {
      case .noClosingLine:
        "no closing line 'tests: N passed, M failed'"
      case .wrongCount(let line, let passed, let failed):
        "'\(line)' closes a report of \(passed) passed and \(failed) failed"
      }
    }
  }

  /// The tests in the order in which they ran.
  public var tests: [Test] = []

  /// The tests that failed.
  public var failures: [Test] { tests.filter { $0.failure != nil } }

  /// Reads the report out of a console's lines.
  public init(lines: [String]) throws(Malformation) {
    for line in lines {
      if let test = Self.test(in: line) {
        tests.append(test)
      } else if line.hasPrefix("tests: ") {
        let failed = failures.count
        let passed = tests.count - failed
        guard line == "tests: \(passed) passed, \(failed) failed" else {
          throw .wrongCount(closingLine: line, passed: passed, failed: failed)
        }
        return
      }
    }
    throw .noClosingLine
  }

  private static func test(in line: String) -> Test? {
    guard let separator = line.firstRange(of: " ... ") else { return nil }
    let name = String(line[..<separator.lowerBound])
    var result = line[separator.upperBound...]
    if result.hasPrefix("("), let end = result.firstRange(of: ") ") {
      result = result[end.upperBound...]
    }
    if result == "ok" { return Test(name: name, failure: nil) }
    guard result.hasPrefix("FAILED: ") else { return nil }
    return Test(name: name, failure: String(result.dropFirst("FAILED: ".count)))
  }
}
