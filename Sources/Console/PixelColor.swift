/// A colour, as its parts of red, green and blue light: 0 to 255 each.
public struct PixelColor: Hashable, Sendable {
  /// The part of red.
  public let red: UInt8
  /// The part of green.
  public let green: UInt8
  /// The part of blue.
  public let blue: UInt8

  /// A colour from its parts.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// All light.
  public static var white: PixelColor { PixelColor(red: 255, green: 255, blue: 255) }
  /// No light.
  public static var black: PixelColor { PixelColor(red: 0, green: 0, blue: 0) }
}

/// Where the parts of a colour are in a pixel's bits.
public struct PixelLayout: Hashable, Sendable {
  /// The bits of one part of the colour.
  public struct Field: Hashable, Sendable {
    /// The lowest bit's number, 0 to 31.
    public let position: UInt8
    /// The number of bits, 0 to 8; what has more keeps the upper 8.
    public let size: UInt8

    /// The field of `size` bits from bit `position` on.
    public init(position: UInt8, size: UInt8) {
      self.position = position
      self.size = size
    }

    /// A part of light as these bits: its most significant ones.
    func bits(of part: UInt8) -> UInt32 {
      guard position < 32 else { return 0 }
      let kept = Swift.min(size, 8)
      return UInt32(part >> (8 - kept)) << UInt32(position + size - kept)
    }
  }

  /// The bits of red.
  public let red: Field
  /// The bits of green.
  public let green: Field
  /// The bits of blue.
  public let blue: Field

  /// The layout with those three fields.
  public init(red: Field, green: Field, blue: Field) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Eight bits a part, blue in the lowest: what PCs have.
  public static var xrgb: PixelLayout {
    PixelLayout(
      red: Field(position: 16, size: 8), green: Field(position: 8, size: 8),
      blue: Field(position: 0, size: 8))
  }

  /// The bits of a pixel of that colour.
  public func bits(of color: PixelColor) -> UInt32 {
    red.bits(of: color.red) | green.bits(of: color.green) | blue.bits(of: color.blue)
  }
}
