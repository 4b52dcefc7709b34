import SerialHarness

/// One start of the kernel, as lines of text: what is mutated, printed and kept.
///
/// Each line is a keyword and its operands; Corpus/README.md lists them. The order of lines
/// counts among those of one keyword.
struct StartCase: Sendable {
  /// A line's words, the keyword first.
  typealias Line = [String]

  var lines: [Line]

  init(lines: [Line]) {
    self.lines = lines
  }

  /// Reads the lines of a text; what stands behind `#` is a comment.
  init(text: String) {
    lines = text.split(separator: "\n").compactMap { line in
      let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
      return words.isEmpty ? nil : words
    }
  }

  /// The case as text, to be kept in a file.
  var text: String { lines.map { $0.joined(separator: " ") + "\n" }.joined() }

  /// The operands of each line with that keyword.
  func operands(of keyword: String) -> [[String]] {
    lines.filter { $0[0] == keyword }.map { Array($0.dropFirst()) }
  }

  /// The rest of the last line with that keyword.
  func rest(of keyword: String) -> String? {
    operands(of: keyword).last?.joined(separator: " ")
  }

  /// A PC with 64 MiB, one node and a plain start: what the lines of a case add to, unless it
  /// has lines `map` of its own.
  static let plainMap = """
    map 0x0 0x9fc00 1
    map 0x9fc00 0x400 2
    map 0xf0000 0x10000 2
    map 0x100000 0x500000 1
    map 0x600000 0x10000 3
    map 0x610000 0x39f0000 1
    """
}

/// A line that can't be followed.
struct CaseError: Error, CustomStringConvertible {
  var description: String
}

extension StartCase {
  /// The number in a word, in decimal or after `0x`.
  static func number(_ word: String) -> UInt64? {
    word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : UInt64(word)
  }

  /// The numbers of a line.
  static func numbers(_ words: [String], count: Int, in keyword: String) throws(CaseError)
    -> [UInt64]
  {
    guard words.count == count else {
      throw CaseError(description: "\(keyword) \(words.joined(separator: " ")): \(count) numbers")
    }
    var result: [UInt64] = []
    for word in words {
      guard let number = number(word) else {
        throw CaseError(description: "\(keyword): \(word) is no number")
      }
      result.append(number)
    }
    return result
  }

  /// The bytes in a word of hexadecimal digits.
  static func bytes(_ word: String) throws(CaseError) -> [UInt8] {
    let digits = Array(word)
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count - 1, by: 2) {
      guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else {
        throw CaseError(description: "\(word): hexadecimal digits are wanted")
      }
      bytes.append(byte)
    }
    return bytes
  }
}
