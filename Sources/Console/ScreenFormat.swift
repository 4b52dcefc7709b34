public import Addressing

/// How a screen lies in memory: lines of units, which are pixels or the cells of a text screen.
///
///     start ┌───────────── pitch bytes ─────────────┐
///           │ unit 0 │ unit 1 │ … │ unit width-1 │░░░│  line 0
///           │                                    │░░░│  …
///           └────────────────────────────────────┴───┘  line height-1
public struct ScreenFormat: Sendable {
  /// The physical address of the first unit.
  public let start: PhysicalAddress
  /// The bytes from a line to the next.
  public let pitch: UInt64
  /// Units in a line.
  public let width: UInt64
  /// The number of lines.
  public let height: UInt64
  /// The bytes of a unit: 2, 3 or 4.
  public let unitSize: UInt64

  /// The size that no screen has: 16,384 by 16,384 pixels.
  private static var sizeLimit: UInt64 { 1 << 30 }

  /// Names how a screen lies in memory; `nil` for one without a unit, with units of another size,
  /// whose lines overlap, of more than 1 GiB, or past the end of the address space.
  public init?(
    start: PhysicalAddress, pitch: UInt32, width: UInt32, height: UInt32, unitSize: UInt64
  ) {
    guard (2...4).contains(unitSize), width > 0, height > 0,
      UInt64(pitch) >= UInt64(width) * unitSize,
      UInt64(pitch) * UInt64(height) <= Self.sizeLimit,
      PhysicalAddress.max - start >= Self.sizeLimit
    else { return nil }
    self.start = start
    self.pitch = UInt64(pitch)
    self.width = UInt64(width)
    self.height = UInt64(height)
    self.unitSize = unitSize
  }

  /// All bytes of the screen; never empty.
  public var memory: AddressRange { AddressRange(at: start, size: pitch * height) }

  /// The physical address of a unit.
  func address(column: UInt64, line: UInt64) -> PhysicalAddress {
    start + (line * pitch + column * unitSize)
  }
}
