/// The operands that an operation takes, written as in the table of the trace language:
/// `"size align [min max [nid]]"`. What is in brackets may be left out.
public struct TraceOperands: Equatable, Sendable, ExpressibleByStringLiteral {
  /// The operands as they are written in the table.
  public let text: String

  /// Each operand's name, in order.
  public let names: [String]

  /// The numbers of operands that a line may have, in order.
  public let allowedCounts: [Int]

  /// Takes a row of the table apart.
  public init(_ text: String) {
    self.text = text
    var names: [String] = []
    var counts: [Int] = []
    for word in text.split(separator: " ") {
      if word.hasPrefix("[") { counts.append(names.count) }
      names.append(String(word.filter { $0 != "[" && $0 != "]" }))
    }
    self.names = names
    allowedCounts = counts + [names.count]
  }

  /// Takes a row of the table apart.
  public init(stringLiteral text: String) { self.init(text) }

  /// What is wrong with a line of that many operands; `nil` where nothing is.
  func problem(withCount count: Int) -> String? {
    if count > names.count { return "too many operands" }
    if allowedCounts.contains(count) { return nil }
    return "\(names[count]) is missing"
  }
}
