/// Results of tests as JUnit's XML, which build servers show.
public struct JUnitReport: Sendable {
  /// One test's result.
  public struct Test: Sendable {
    /// The test's name.
    public var name: String
    /// How long it took; none where that is not known.
    public var duration: Duration?
    /// Why it failed; none where it passed.
    public var failure: String?
    /// What belongs to it: a console's lines.
    public var output: [String]

    /// A test's result from its parts.
    public init(
      name: String, duration: Duration? = nil, failure: String? = nil, output: [String] = []
    ) {
      self.name = name
      self.duration = duration
      self.failure = failure
      self.output = output
    }
  }

  /// What the tests are about.
  public var suite: String
  /// The tests in the order in which they ran.
  public var tests: [Test] = []

  /// A report without tests.
  public init(suite: String) { self.suite = suite }

  /// Adds a boot as a test, and behind it the tests that ran inside the kernel where its console
  /// reports any (``TestReport``).
  ///
  /// - Parameters:
  ///   - name: The boot's name.
  ///   - outcome: How it ended.
  ///   - failure: Why it is taken for a failure; none where it is not.
  public mutating func add(_ name: String, _ outcome: Outcome, failure: String? = nil) {
    tests.append(
      Test(name: name, duration: outcome.duration, failure: failure, output: outcome.lines))
    for test in (try? TestReport(lines: outcome.lines))?.tests ?? [] {
      tests.append(Test(name: "\(name): \(test.name)", failure: test.failure))
    }
  }

  /// The report's text.
  public var xml: String {
    let failures = tests.count { $0.failure != nil }
    let cases = tests.map { test in
      let time = test.duration.map { " time=\"\($0.seconds)\"" } ?? ""
      let failure = test.failure.map { "    <failure message=\"\(Self.escaped($0))\"/>\n" } ?? ""
      let output =
        test.output.isEmpty
        ? "" : "    <system-out>\(Self.escaped(test.output.joined(separator: "\n")))</system-out>\n"
      return """
          <testcase classname="\(Self.escaped(suite))" name="\(Self.escaped(test.name))"\(time)>
        \(failure)\(output)  </testcase>

        """
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="\(Self.escaped(suite))" tests="\(tests.count)" failures="\(failures)">
      \(cases.joined())</testsuite>

      """
  }

  /// A text as XML has it. What XML has no way to say, most control characters, is replaced.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case _ where scalar.value < 0x20 && scalar != "\t": result += "\u{fffd}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Duration {
  /// The seconds, with three decimals.
  fileprivate var seconds: String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
