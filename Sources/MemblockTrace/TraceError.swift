/// What is wrong with a line of a trace, in words that need nothing else but the line's number.
public struct TraceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, and what was expected.
  public let description: String

  /// Makes the error.
  public init(_ description: String) {
    self.description = description
  }

  /// A word of the trace as it can be shown: cut where it is long, and with nothing in it that
  /// a terminal would obey.
  static func quoted(_ word: some StringProtocol) -> String {
    let limit = 32
    let shown = word.unicodeScalars.prefix(limit).map { scalar in
      scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) ? "?" : String(scalar)
    }
    return "'\(shown.joined())\(word.unicodeScalars.count > limit ? "…" : "")'"
  }

  /// The error of a word that is no operation: names the nearest, if one is near.
  static func unknownOperation(_ word: Substring, among names: some Sequence<String>) -> Self {
    let letters = Array(word.utf8.prefix(64))
    let nearest =
      names.map { (name: $0, distance: editDistance(letters, Array($0.utf8))) }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    var text = "\(quoted(word)) is not an operation of the trace language"
    if let nearest, nearest.distance <= max(1, nearest.name.utf8.count / 2) {
      text += "; the nearest is '\(nearest.name)'"
    }
    return TraceError(text)
  }

  /// The number of letters to insert, remove or replace (Levenshtein). O(m × n).
  private static func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var row = Array(0...second.count)
    for (i, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in second.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, min(row[j], row[j + 1]) + 1)
      }
    }
    return row[second.count]
  }
}
