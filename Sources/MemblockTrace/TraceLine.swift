/// A line of a trace, taken apart: an operation and its arguments.
public struct TraceLine: Equatable, Sendable {
  /// The operation's name.
  public let operation: String

  /// The arguments as 64-bit numbers, in order.
  public let arguments: [UInt64]

  /// Takes a line apart; `nil` for an empty line or a comment.
  ///
  /// - Parameter operations: The operations that there are, with what they take.
  /// - Throws: where the operation is none of these, where it takes another number of operands,
  ///   and where an operand is not a number of 64 bits.
  public init?(
    _ text: Substring, operations: [String: TraceOperands]
  ) throws(TraceError) {
    let tokens = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
    guard let first = tokens.first, !first.hasPrefix("#") else { return nil }
    operation = String(first)
    guard let operands = operations[operation] else {
      throw .unknownOperation(first, among: operations.keys)
    }
    if let problem = operands.problem(withCount: tokens.count - 1) {
      throw TraceError("\(problem): expected '\(operation) \(operands.text)'")
    }
    var numbers: [UInt64] = []
    for (token, name) in zip(tokens.dropFirst(), operands.names) {
      guard let number = Self.number(token) else {
        throw TraceError(
          "\(TraceError.quoted(token)) is not a number of 64 bits (\(name) of '\(operation)')")
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
  public static func number(_ token: Substring) -> UInt64? {
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
