import SerialHarness

/// The screen as rows of characters, of 8 by 16 pixels each.
extension Screenshot {
  var rows: Int { height / 16 }
  var columns: Int { width / 8 }

  /// The pixels of a character's cell: 16 bytes, the leftmost pixel in the highest bit.
  func cell(column: Int, row: Int) -> [UInt8] {
    (0..<16).map { line in
      (0..<8).reduce(0) { bits, pixel in
        let code = color(x: column * 8 + pixel, y: row * 16 + line)
        return bits << 1 | (code >> 16 != 0 ? 1 : 0)
      }
    }
  }

  func isBlank(column: Int, row: Int) -> Bool {
    cell(column: column, row: row).allSatisfy { $0 == 0 }
  }

  func isBlank(row: Int) -> Bool {
    (0..<columns).allSatisfy { isBlank(column: $0, row: row) }
  }

  /// The last row with a character; -1 where there is none.
  var lastRow: Int { (0..<rows).last { !isBlank(row: $0) } ?? -1 }
}
