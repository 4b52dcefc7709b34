import Addressing

/// The screen that the boot loader set up.
public struct Framebuffer: Sendable {
  /// What a pixel's bits mean.
  public enum Kind: Sendable, Equatable {
    /// Pixels are indices into a palette.
    case indexed
    /// Pixels have a field a colour; see ``red``, ``green`` and ``blue``.
    case rgb
    /// EGA text: two bytes a character, width and height in characters.
    case text
    /// A kind that the boot protocol's specification doesn't know.
    case other(UInt8)
  }

  /// Where a colour's bits are in a pixel.
  public struct ColorField: Sendable {
    /// The lowest bit's number.
    public let position: UInt8
    /// The number of bits.
    public let size: UInt8

    /// Makes a field.
    public init(position: UInt8 = 0, size: UInt8 = 0) {
      self.position = position
      self.size = size
    }
  }

  /// The physical address of the first pixel or character.
  public let address: PhysicalAddress
  /// Bytes from one line to the next.
  public let pitch: UInt32
  /// Pixels a line, or characters.
  public let width: UInt32
  /// The number of lines.
  public let height: UInt32
  /// Bits a pixel.
  public let bitsPerPixel: UInt8
  /// What a pixel's bits mean.
  public let kind: Kind
  /// The bits of red, for ``Kind/rgb``.
  public let red: ColorField
  /// The bits of green, for ``Kind/rgb``.
  public let green: ColorField
  /// The bits of blue, for ``Kind/rgb``.
  public let blue: ColorField

  /// Makes a framebuffer; `nil` where a line passes the start of the next.
  ///
  /// - Parameters:
  ///   - address: The physical address of the first pixel or character.
  ///   - pitch: Bytes from one line to the next.
  ///   - width: Pixels a line, or characters.
  ///   - height: The number of lines.
  ///   - bitsPerPixel: Bits a pixel; a character of a text screen takes 16, whatever is said here.
  ///   - kind: What a pixel's bits mean.
  ///   - red: The bits of red, for ``Kind/rgb``.
  ///   - green: The bits of green, for ``Kind/rgb``.
  ///   - blue: The bits of blue, for ``Kind/rgb``.
  public init?(
    address: PhysicalAddress, pitch: UInt32, width: UInt32, height: UInt32, bitsPerPixel: UInt8,
    kind: Kind, red: ColorField = ColorField(), green: ColorField = ColorField(),
    blue: ColorField = ColorField()
  ) {
    let bits: UInt64 = kind == .text ? 16 : UInt64(bitsPerPixel)
    guard UInt64(pitch) * 8 >= UInt64(width) * bits else { return nil }
    self.address = address
    self.pitch = pitch
    self.width = width
    self.height = height
    self.bitsPerPixel = bitsPerPixel
    self.kind = kind
    self.red = red
    self.green = green
    self.blue = blue
  }
}
