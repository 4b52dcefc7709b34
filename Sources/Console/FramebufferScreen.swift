public import Addressing

/// A console drawn into a framebuffer, for machines without a text screen: all that start by
/// UEFI, for instance.
///
/// Video memory is slow, and is never read: two bytes a character in ordinary memory say what is
/// on the screen and what is to be there, and only cells in which these differ are drawn. Of a screen
/// that is held nothing is drawn until it is asked for: lines that have scrolled away by then never
/// are. When the last row is full, the text moves up by half the screen, so that a line of output
/// draws each of its characters about twice at most, however large the screen is.
public struct FramebufferScreen: CharacterGrid {
  private let format: ScreenFormat
  /// The characters that are to be seen, row by row.
  private let wanted: AddressRange
  /// The first of the characters that are on the screen, in the same order.
  private let shown: PhysicalAddress
  private let window: PhysicalMemoryWindow
  var column: UInt64 = 0
  var row: UInt64 = 0

  /// Whether nothing is drawn but by ``update()`` and ``redraw()``. At first it is not so.
  public var isHeld = false

  /// How many bytes the characters of a screen take; 0 for one that is too small for a character.
  public static func characterMemorySize(of format: ScreenFormat) -> UInt64 {
    2 * (format.width / Font.width) * (format.height / Font.height)
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
    wanted = AddressRange(at: characters.start, size: size / 2)
    shown = wanted.end
    self.window = window
    window.fill(AddressRange(at: characters.start, size: size), with: UInt8(ascii: " "))
    window.fill(format.memory)
  }

  /// Draws the characters that were written while the screen was held. O(n) in characters, and in
  /// the pixels of those that changed.
  public func update() {
    for row in 0..<rows {
      var column: UInt64 = 0
      while column < columns {
        if hasEightAsWanted(row * columns + column) {
          column += 8
        } else {
          updateCell(column: column, row: row)
          column += 1
        }
      }
    }
  }

  /// Draws all characters again, where something else was drawn over them. O(n) in pixels.
  public func redraw() {
    window.fill(format.memory)
    window.fill(AddressRange(at: shown, size: wanted.size), with: UInt8(ascii: " "))
    update()
  }

  var columns: UInt64 { format.width / Font.width }
  var rows: UInt64 { format.height / Font.height }

  /// Draws one character in the next cell.
  public mutating func write(_ byte: UInt8) { take(byte) }

  func draw(_ character: UInt8, column: UInt64, row: UInt64) {
    window.store(character, at: wanted.start + (row * columns + column))
    if !isHeld { updateCell(column: column, row: row) }
  }

  /// By half the screen, at least one row.
  func scroll() -> UInt64 {
    let distance = Swift.max(rows / 2, 1)
    let first = AddressRange(from: wanted.start + distance * columns, to: wanted.end)
    window.copy(first, to: wanted.start)
    window.fill(
      AddressRange(from: wanted.start + first.size, to: wanted.end), with: UInt8(ascii: " "))
    if !isHeld { update() }
    return distance
  }

  /// Whether eight characters are those that are to be seen, told by two words; never where these are
  /// not aligned, or go beyond the row.
  @inline(__always)
  private func hasEightAsWanted(_ index: UInt64) -> Bool {
    let place = wanted.start + index
    let other = shown + index
    return columns.isAligned(to: 8) && place.isAligned(to: 8) && other.isAligned(to: 8)
      && window.load(UInt64.self, at: place) == window.load(UInt64.self, at: other)
  }

  /// Draws a character, where another one is on the screen.
  @inline(__always)
  private func updateCell(column: UInt64, row: UInt64) {
    let index = row * columns + column
    let character = window.load(UInt8.self, at: wanted.start + index)
    let old = window.load(UInt8.self, at: shown + index)
    guard old != character else { return }
    window.store(character, at: shown + index)
    paint(character, over: old, column: column, row: row)
  }

  /// Paints a character's rows of pixels, but for those that look the same in the one before.
  @inline(never)
  private func paint(_ character: UInt8, over old: UInt8, column: UInt64, row: UInt64) {
    let first = format.address(column: column * Font.width, line: row * Font.height)
    let hasWords = format.unitSize == 4 && first.isAligned(to: 8) && format.pitch.isAligned(to: 8)
    Font.glyph(of: character).forEachRow(unlike: Font.glyph(of: old)) { index, row in
      let place = first + index * format.pitch
      if hasWords { paintWords(row, at: place) } else { paintPixels(row, at: place) }
    }
  }

  /// Paints a row of a character's pixels, from the leftmost at `place`.
  private func paintPixels(_ row: UInt8, at place: PhysicalAddress) {
    var pixel = place
    var bits = row
    for _ in 0..<Font.width {
      window.fill(
        AddressRange(at: pixel, size: format.unitSize), with: bits & 0x80 != 0 ? 0xff : 0)
      bits <<= 1
      pixel = pixel + format.unitSize
    }
  }

  /// The same with pixels of four bytes, two a word, all four words at once.
  @inline(__always)
  private func paintWords(_ row: UInt8, at place: PhysicalAddress) {
    let left = Int(row >> 4) * 2
    let right = Int(row & 15) * 2
    window.store(
      [Self.pixels[left], Self.pixels[left + 1], Self.pixels[right], Self.pixels[right + 1]]
        as InlineArray<4, UInt64>, at: place)
  }

  /// The pixels of four bits of a row, in two words, of which each has its left pixel in the lower half.
  private static let pixels: InlineArray<32, UInt64> = [
    0x00000000_00000000, 0x00000000_00000000,
    0x00000000_00000000, 0xffffffff_00000000,
    0x00000000_00000000, 0x00000000_ffffffff,
    0x00000000_00000000, 0xffffffff_ffffffff,
    0xffffffff_00000000, 0x00000000_00000000,
    0xffffffff_00000000, 0xffffffff_00000000,
    0xffffffff_00000000, 0x00000000_ffffffff,
    0xffffffff_00000000, 0xffffffff_ffffffff,
    0x00000000_ffffffff, 0x00000000_00000000,
    0x00000000_ffffffff, 0xffffffff_00000000,
    0x00000000_ffffffff, 0x00000000_ffffffff,
    0x00000000_ffffffff, 0xffffffff_ffffffff,
    0xffffffff_ffffffff, 0x00000000_00000000,
    0xffffffff_ffffffff, 0xffffffff_00000000,
    0xffffffff_ffffffff, 0x00000000_ffffffff,
    0xffffffff_ffffffff, 0xffffffff_ffffffff,
  ]
}
