/// The shapes of the printable ASCII characters, eight pixels wide and sixteen high.
///
/// They are those of Spleen 8×16 (version 1.7.0 and later; Licenses/Spleen.txt), taken from its
/// console font by Scripts/console-font.sh.
package enum Font {
  package static var width: UInt64 { 8 }
  package static var height: UInt64 { 16 }

  /// The shape of a character. What isn't printable is a filled cell.
  package static func glyph(of character: UInt8) -> Glyph {
    guard character >= 0x20, character < 0x7f else { return Glyph(upper: .max, lower: .max) }
    let place = Int(character - 0x20) * 2
    return Glyph(upper: drawing[place], lower: drawing[place + 1])
  }

  /// Two words a character, from the space to the tilde: its upper and its lower half.
  private static let drawing: InlineArray<190, UInt64> = [
    0x0000000000000000, 0x0000000000000000,
    0x0000181818181818, 0x1800181800000000,
    0x0066666666000000, 0x0000000000000000,
    0x00006c6cfe6c6c6c, 0x6cfe6c6c00000000,
    0x00107ed0d0d07c16, 0x161616fc10000000,
    0x000006666c0c1818, 0x3036666000000000,
    0x0000386c6c6c3870, 0xdacccc7a00000000,
    0x0018181818000000, 0x0000000000000000,
    0x000e183030606060, 0x603030180e000000,
    0x0070180c0c060606, 0x060c0c1870000000,
    0x00000000663c18ff, 0x183c660000000000,
    0x000000000018187e, 0x1818000000000000,
    0x0000000000000000, 0x0000181830000000,
    0x000000000000007e, 0x0000000000000000,
    0x0000000000000000, 0x0000181800000000,
    0x0006060c0c181830, 0x306060c0c0000000,
    0x00007cc6c6cedef6, 0xe6c6c67c00000000,
    0x0000183878581818, 0x1818187e00000000,
    0x00007cc606060c18, 0x3060c6fe00000000,
    0x00007cc606063c06, 0x0606c67c00000000,
    0x0000c0c0cccccccc, 0xfe0c0c0c00000000,
    0x0000fec6c0c0fc06, 0x0606c67c00000000,
    0x00007cc6c0c0fcc6, 0xc6c6c67c00000000,
    0x0000fec606060c18, 0x3030303000000000,
    0x00007cc6c6c67cc6, 0xc6c6c67c00000000,
    0x00007cc6c6c6c67e, 0x0606c67c00000000,
    0x0000000000181800, 0x0000181800000000,
    0x0000000000181800, 0x0000181830000000,
    0x0000060c18306060, 0x30180c0600000000,
    0x00000000007e0000, 0x7e00000000000000,
    0x00006030180c0606, 0x0c18306000000000,
    0x00007cc6060c1830, 0x3000303000000000,
    0x0000007cc2dadada, 0xdadec07c00000000,
    0x00007cc6c6c6fec6, 0xc6c6c6c600000000,
    0x0000fcc6c6c6fcc6, 0xc6c6c6fc00000000,
    0x00007ec0c0c0c0c0, 0xc0c0c07e00000000,
    0x0000fcc6c6c6c6c6, 0xc6c6c6fc00000000,
    0x00007ec0c0c0f8c0, 0xc0c0c07e00000000,
    0x00007ec0c0c0f8c0, 0xc0c0c0c000000000,
    0x00007ec0c0c0dec6, 0xc6c6c67e00000000,
    0x0000c6c6c6c6fec6, 0xc6c6c6c600000000,
    0x00007e1818181818, 0x1818187e00000000,
    0x00007e1818181818, 0x181818f000000000,
    0x0000c6c6c6ccf8cc, 0xc6c6c6c600000000,
    0x0000c0c0c0c0c0c0, 0xc0c0c07e00000000,
    0x0000c6eefed6c6c6, 0xc6c6c6c600000000,
    0x0000c6c6e6e6d6d6, 0xcecec6c600000000,
    0x00007cc6c6c6c6c6, 0xc6c6c67c00000000,
    0x0000fcc6c6c6fcc0, 0xc0c0c0c000000000,
    0x00007cc6c6c6c6c6, 0xc6d6d67c180c0000,
    0x0000fcc6c6c6fcc6, 0xc6c6c6c600000000,
    0x00007ec0c0c07c06, 0x060606fc00000000,
    0x0000ff1818181818, 0x1818181800000000,
    0x0000c6c6c6c6c6c6, 0xc6c6c67e00000000,
    0x0000c6c6c6c6c6c6, 0xc66c381000000000,
    0x0000c6c6c6c6c6c6, 0xd6feeec600000000,
    0x0000c6c6c66c386c, 0xc6c6c6c600000000,
    0x0000c6c6c6c67e06, 0x060606fc00000000,
    0x0000fe06060c1830, 0x60c0c0fe00000000,
    0x003e303030303030, 0x303030303e000000,
    0x00c0c06060303018, 0x180c0c0606000000,
    0x007c0c0c0c0c0c0c, 0x0c0c0c0c7c000000,
    0x0010386cc6000000, 0x0000000000000000,
    0x0000000000000000, 0x000000000000fe00,
    0x0030180c00000000, 0x0000000000000000,
    0x00000000007c067e, 0xc6c6c67e00000000,
    0x0000c0c0c0fcc6c6, 0xc6c6c6fc00000000,
    0x00000000007ec0c0, 0xc0c0c07e00000000,
    0x00000606067ec6c6, 0xc6c6c67e00000000,
    0x00000000007ec6c6, 0xfec0c07e00000000,
    0x00001e3030307c30, 0x3030303000000000,
    0x00000000007ec6c6, 0xc6c6c67c0606fc00,
    0x0000c0c0c0fcc6c6, 0xc6c6c6c600000000,
    0x0000181800381818, 0x1818181c00000000,
    0x0000181800181818, 0x1818181818187000,
    0x0000c0c0c0ccd8f0, 0xf0d8ccc600000000,
    0x0000303030303030, 0x3030301c00000000,
    0x0000000000ecd6d6, 0xd6d6c6c600000000,
    0x0000000000fcc6c6, 0xc6c6c6c600000000,
    0x00000000007cc6c6, 0xc6c6c67c00000000,
    0x0000000000fcc6c6, 0xc6c6c6fcc0c0c000,
    0x00000000007ec6c6, 0xc6c6c67e06060600,
    0x00000000007ec6c0, 0xc0c0c0c000000000,
    0x00000000007ec0c0, 0x7c0606fc00000000,
    0x00003030307c3030, 0x3030301e00000000,
    0x0000000000c6c6c6, 0xc6c6c67e00000000,
    0x0000000000c6c6c6, 0xc66c381000000000,
    0x0000000000c6c6d6, 0xd6d6d66e00000000,
    0x0000000000c66c38, 0x386cc6c600000000,
    0x0000000000c6c6c6, 0xc6c6c67e0606fc00,
    0x0000000000fe060c, 0x183060fe00000000,
    0x000e181818187070, 0x181818180e000000,
    0x0018181818181818, 0x1818181818000000,
    0x0070181818180e0e, 0x1818181870000000,
    0x000000000000327e, 0x4c00000000000000,
  ]
}

/// The shape of a character: 16 rows of 8 pixels.
package struct Glyph {
  fileprivate let upper: UInt64
  fileprivate let lower: UInt64

  /// A row from the top, 0 to 15: a bit a pixel, the leftmost in bit 7.
  @inline(__always)
  package subscript(row: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: (row < 8 ? upper : lower) >> (8 * (7 - row & 7)))
  }

  /// Calls a function with the number and the pixels of each row that another character has otherwise.
  @inline(__always)
  func forEachRow(unlike other: Glyph, _ body: (UInt64, UInt8) -> Void) {
    Self.forEachRow(of: upper, unlike: other.upper, from: 0, body)
    Self.forEachRow(of: lower, unlike: other.lower, from: 8, body)
  }

  @inline(__always)
  private static func forEachRow(
    of half: UInt64, unlike other: UInt64, from first: UInt64, _ body: (UInt64, UInt8) -> Void
  ) {
    var difference = half ^ other
    while difference != 0 {
      let index = UInt64(difference.leadingZeroBitCount) / 8
      let shift = 56 - 8 * index
      difference &= ~(0xff &<< shift)
      body(first + index, UInt8(truncatingIfNeeded: half &>> shift))
    }
  }
}
