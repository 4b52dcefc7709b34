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
          window.load(UInt8.self, at: characters.start + (row * columns + column)), column: column,
          row: row)
      }
    }
  }

  var columns: UInt64 { format.width / Font.width }
  var rows: UInt64 { format.height / Font.height }

  /// Draws one character in the next cell.
  public mutating func write(_ byte: UInt8) { take(byte) }

  func draw(_ character: UInt8, column: UInt64, row: UInt64) {
    let place = characters.start + (row * columns + column)
    guard window.load(UInt8.self, at: place) != character else { return }
    window.store(character, at: place)
    paint(character, column: column, row: row)
  }

  private func paint(_ character: UInt8, column: UInt64, row: UInt64) {
    let glyph = Font.rows(of: character)
    for index in glyph.indices {
      paint(
        glyph[index],
        at: format.address(
          column: column * Font.width, line: row * Font.height + UInt64(index)))
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
    var pixel = place
    var bits = row
    for _ in 0..<Font.width {
      let ink: UInt8 = bits & 0x80 != 0 ? 0xff : 0
      if format.unitSize == 4 {
        window.store(UInt32(ink) &* 0x0101_0101, at: pixel)
      } else {
        window.fill(AddressRange(at: pixel, size: format.unitSize), with: ink)
      }
      bits <<= 1
      pixel = pixel + format.unitSize
    }
  }
}
