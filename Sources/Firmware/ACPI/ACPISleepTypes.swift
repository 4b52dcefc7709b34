import Addressing

/// What is written to the sleep control registers to reach a sleep state: the first two elements
/// of the package `\_S5` and its like (ACPI 6.5, section 7.4.2).
public struct ACPISleepTypes: Equatable, Sendable {
  /// For the first register.
  public let a: UInt8
  /// For the second one.
  public let b: UInt8

  /// Finds the types for soft-off in a definition block, DSDT or SSDT; `nil` where it has none.
  ///
  /// The block's byte code is not run but searched for the one form that the package has in
  /// practice (ACPI 6.5, section 20.2):
  ///
  ///     08 [5c] "_S5_"    NameOp, from the root
  ///     12 PkgLength n    PackageOp, with n elements
  ///     byte byte …       each 00, 01, or 0a and the number
  ///
  /// O(n) in bytes.
  public init?(ofSoftOffIn bytes: RawSpan) {
    guard bytes.byteCount >= 37 else { return nil }
    for offset in 37..<bytes.byteCount {
      guard bytes.littleEndian(UInt32.self, at: offset) == Self.name else { continue }
      let before = bytes[byteAt: offset - 1]
      let isRoot = before == 0x5c && bytes[byteAt: offset - 2] == 0x08
      guard before == 0x08 || isRoot else { continue }
      if let types = ACPISleepTypes(package: offset + 4, of: bytes) {
        self = types
        return
      }
    }
    return nil
  }

  /// `_S5_`, the first letter in the lowest byte.
  private static var name: UInt32 { 0x5f35_535f }

  private init?(package: Int, of bytes: RawSpan) {
    guard bytes.byteCount - package >= 3, bytes[byteAt: package] == 0x12 else { return nil }
    // The length's own bytes: bits 6 and 7 of the first say how many follow it.
    let count = package + 2 + Int(bytes[byteAt: package + 1] >> 6)
    guard count < bytes.byteCount, bytes[byteAt: count] >= 2 else { return nil }
    var place = count + 1
    guard let a = Self.number(at: &place, of: bytes), let b = Self.number(at: &place, of: bytes)
    else { return nil }
    self.a = a
    self.b = b
  }

  private static func number(at place: inout Int, of bytes: RawSpan) -> UInt8? {
    guard place < bytes.byteCount else { return nil }
    let first = bytes[byteAt: place]
    place += 1
    switch first {
    case 0x00, 0x01: return first
    case 0x0a:
      guard place < bytes.byteCount else { return nil }
      defer { place += 1 }
      return bytes[byteAt: place] <= 7 ? bytes[byteAt: place] : nil
    default: return nil
    }
  }
}
