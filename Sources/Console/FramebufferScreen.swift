public import Addressing

/// A console drawn into a framebuffer, for machines without a text screen: all that start by
/// UEFI, for instance.
///
/// Video memory is slow to read, so it never is: the characters on the screen are kept in ordinary
/// memory. When the last row is full, the text moves up by half the screen, and only cells that
/// change are drawn again: a line of output then draws each of its characters about twice,
/// however large the screen is.
public struct FramebufferScreen: CharacterGrid {
  private let format: ScreenFormat
  private let characters: AddressRange
  private let window: PhysicalMemoryWindow
  var column: UInt64 = 0
  var row: UInt64 = 0

  /// How many bytes the characters on a screen take; 0 for one that is too small for a character.
  public static func characterMemorySize(of format: ScreenFormat) -> UInt64 {
    format.width / Font.width * (format.height / Font.height)
  }

  /// Makes a console of the whole picture, and clears it; `nil` for one that is too small for a
  /// character, or not in the window.
  ///
  /// White is all bits of a pixel, whatever the order of its colours, and black none.
  ///
  /// - Parameters:
  ///   - format: The pixels.
  ///   - characters: Memory for the characters, at least `characterMemorySize(of:)` bytes.
  ///   - window: Shows the pixels and the characters.
  public init?(
    _ format: ScreenFormat, characters: AddressRange, through window: PhysicalMemoryWindow
  ) {
    let size = Self.characterMemorySize(of: format)
    guard size > 0, characters.size >= size, window.range.contains(format.memory),
      window.range.contains(characters)
    else { return nil }
    self.format = format
    self.characters = characters
    self.window = window
    window.fill(characters, with: UInt8(ascii: " "))
    window.fill(format.memory)
  }

  /// Draws all characters again, where something else was drawn over them. O(n) in pixels.
  public func redraw() {
    window.fill(format.memory)
    for row in 0..<rows {
      for column in 0..<columns {
        paint(
          window.load(UInt8.self, at: characters.start + (row * columns + column)), over: nil,
          column: column, row: row)
      }
    }
  }

  var columns: UInt64 { format.width / Font.width }
  var rows: UInt64 { format.height / Font.height }

  /// Draws one character in the next cell.
  public mutating func write(_ byte: UInt8) { take(byte) }

  func draw(_ character: UInt8, column: UInt64, row: UInt64) {
    let place = characters.start + (row * columns + column)
    let old = window.load(UInt8.self, at: place)
    guard old != character else { return }
    window.store(character, at: place)
    paint(character, over: old, column: column, row: row)
  }

  /// Paints a character's rows, but for those that look the same in the character before.
  private func paint(_ character: UInt8, over old: UInt8?, column: UInt64, row: UInt64) {
    let glyph = Font.rows(of: character)
    let before = old.map { Font.rows(of: $0) }
    var place = format.address(column: column * Font.width, line: row * Font.height)
    for index in glyph.indices {
      if before?[index] != glyph[index] { paint(glyph[index], at: place) }
      place = place + format.pitch
    }
  }

  /// By half the screen, at least one row.
  func scroll() -> UInt64 {
    let distance = Swift.max(rows / 2, 1)
    for row in 0..<rows {
      for column in 0..<columns {
        let below = row + distance
        let character =
          below < rows
          ? window.load(UInt8.self, at: characters.start + (below * columns + column))
          : UInt8(ascii: " ")
        draw(character, column: column, row: row)
      }
    }
    return distance
  }

  /// Paints a row of a character's pixels, from the leftmost at `place`.
  private func paint(_ row: UInt8, at place: PhysicalAddress) {
    if format.unitSize == 4, place.isAligned(to: 8) {
      paintPairs(row, at: place)
      return
    }
    var pixel = place
    var bits = row
    for _ in 0..<Font.width {
      window.fill(
        AddressRange(at: pixel, size: format.unitSize), with: bits & 0x80 != 0 ? 0xff : 0)
      bits <<= 1
      pixel = pixel + format.unitSize
    }
  }

  /// The same two pixels of four bytes at a time: half of a boot's instructions would be here
  /// otherwise.
  @inline(__always)
  private func paintPairs(_ row: UInt8, at place: PhysicalAddress) {
    for pair in 0..<4 as Range<UInt64> {
      let bits = UInt64(row) >> (6 - 2 * pair)
      // The left pixel is in the lower half.
      let left: UInt64 = bits & 2 != 0 ? 0xffff_ffff : 0
      let right: UInt64 = bits & 1 != 0 ? 0xffff_ffff << 32 : 0
      window.store(left | right, at: place + pair * 8)
    }
  }
}
