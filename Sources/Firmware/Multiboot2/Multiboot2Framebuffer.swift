import Addressing

/// The screen that the boot loader set up (Multiboot2, section 3.6.12).
public struct Multiboot2Framebuffer: Sendable {
  /// What a pixel's bits mean.
  public enum Kind: Sendable, Equatable {
    /// Pixels are indices into a palette.
    case indexed
    /// Pixels have a field a colour; see ``red``, ``green`` and ``blue``.
    case rgb
    /// EGA text: two bytes a character, width and height in characters.
    case text
    /// A kind that the specification doesn't know.
    case other(UInt8)
  }

  /// Where a colour's bits are in a pixel.
  public struct ColorField: Sendable {
    /// The lowest bit's number.
    public let position: UInt8
    /// The number of bits.
    public let size: UInt8

    init(
      _ tag: Multiboot2Tag, at distance: Int, _ kind: Kind, in bytes: RawSpan
    ) throws(Multiboot2Violation) {
      position = kind == .rgb ? try tag.field(at: distance, in: bytes) : 0
      size = kind == .rgb ? try tag.field(at: distance + 1, in: bytes) : 0
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

  init(_ tag: Multiboot2Tag, in bytes: RawSpan) throws(Multiboot2Violation) {
    address = PhysicalAddress(try tag.field(at: 8, in: bytes))
    pitch = try tag.field(at: 16, in: bytes)
    width = try tag.field(at: 20, in: bytes)
    height = try tag.field(at: 24, in: bytes)
    bitsPerPixel = try tag.field(at: 28, in: bytes)
    switch try tag.field(UInt8.self, at: 29, in: bytes) {
    case 0: kind = .indexed
    case 1: kind = .rgb
    case 2: kind = .text
    case let number: kind = .other(number)
    }
    // The GNU header and GRUB have two reserved bytes before the colours, at 30.
    red = try ColorField(tag, at: 32, kind, in: bytes)
    green = try ColorField(tag, at: 34, kind, in: bytes)
    blue = try ColorField(tag, at: 36, kind, in: bytes)
    // A character of a text screen takes 16 bits, whatever depth is stated.
    let bits: UInt64 = kind == .text ? 16 : UInt64(bitsPerPixel)
    guard UInt64(pitch) * 8 >= UInt64(width) * bits else {
      throw tag.violation(of: .framebufferPitchTooSmall)
    }
  }
}
