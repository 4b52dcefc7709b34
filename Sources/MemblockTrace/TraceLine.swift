/// A line of a trace, taken apart: an operation and its arguments.
public struct TraceLine: Equatable, Sendable {
  /// The operation's name.
  public let operation: String

  /// The arguments as 64-bit numbers, in order.
  public let arguments: [UInt64]

  /// Takes a line apart; `nil` for an empty line or a comment.
  ///
  /// - Parameter argumentLimit: How many arguments an operation takes at most; `nil` for one
  ///   that is not known, whose arguments are not looked at.
  public init?(
    _ text: Substring, argumentLimit: (String) -> Int?
  ) throws(TraceError) {
    let tokens = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
    guard let first = tokens.first, !first.hasPrefix("#") else { return nil }
    operation = String(first)
    guard let limit = argumentLimit(operation) else {
      arguments = []
      return
    }
    if tokens.count > limit + 1 {
      throw TraceError(token: String(tokens[limit + 1]), problem: "one argument too many")
    }
    var numbers: [UInt64] = []
    for token in tokens.dropFirst() {
      guard let number = Self.number(token) else {
        throw TraceError(token: String(token), problem: "not a number")
      }
      numbers.append(number)
    }
    arguments = numbers
  }

  /// The argument at `index`, `otherwise` where it is missing.
  func argument(_ index: Int, otherwise: UInt64 = 0) -> UInt64 {
    index < arguments.count ? arguments[index] : otherwise
  }

  /// The value of a number or word; `nil` for anything else, and for what takes over 64 bits.
  static func number(_ token: Substring) -> UInt64? {
    switch token {
    case "max", "anywhere": return .max
    case "accessible": return 0
    case "none": return .max
    case "maxnodes": return 1024
    default: break
    }
    var digits = token
    var shift = 0
    if let suffix = token.last, let place = "KMGT".firstIndex(of: suffix) {
      shift = 10 * ("KMGT".distance(from: "KMGT".startIndex, to: place) + 1)
      digits.removeLast()
    }
    let isNegative = digits.hasPrefix("-")
    if isNegative { digits.removeFirst() }
    guard let first = digits.first, first.isHexDigit else { return nil }
    let isHexadecimal = digits.hasPrefix("0x") || digits.hasPrefix("0X")
    let magnitude =
      isHexadecimal
      ? (digits.dropFirst(2).first?.isHexDigit == true
        ? UInt64(digits.dropFirst(2), radix: 16) : nil)
      : UInt64(digits)
    guard let magnitude, magnitude.leadingZeroBitCount >= shift else { return nil }
    let number = magnitude << UInt64(shift)
    if isNegative && (isHexadecimal || number > 1 << 63) { return nil }
    return isNegative ? 0 &- number : number
  }
}

/// What is wrong with a line.
public struct TraceError: Error, Equatable, Sendable {
  /// The part of the line that is wrong.
  public let token: String

  /// What is wrong with it.
  public let problem: String

  /// Makes the error.
  public init(token: String, problem: String) {
    self.token = token
    self.problem = problem
  }
}
