/// A place in physical memory, in bytes from address 0.
///
/// A physical address can't be mistaken for a size, a frame number or a virtual address:
/// the compiler keeps them apart. Arithmetic traps on overflow, like Swift's integers;
/// code that handles numbers from outside uses the `reportingOverflow` forms.
@frozen
public struct PhysicalAddress: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The address as a number of bytes.
  public var value: UInt64

  /// Makes the address that lies `value` bytes above address 0.
  @inlinable
  public init(_ value: UInt64) {
    self.value = value
  }

  /// The lowest address, 0.
  @inlinable public static var zero: PhysicalAddress { PhysicalAddress(0) }

  /// The highest address, 2^64 − 1, which Linux calls `PHYS_ADDR_MAX`.
  @inlinable public static var max: PhysicalAddress { PhysicalAddress(.max) }

  /// Whether `left` lies below `right`.
  @inlinable
  public static func < (left: PhysicalAddress, right: PhysicalAddress) -> Bool {
    left.value < right.value
  }

  /// The address `bytes` above `address`; traps past 2^64.
  @inlinable
  public static func + (address: PhysicalAddress, bytes: UInt64) -> PhysicalAddress {
    PhysicalAddress(address.value + bytes)
  }

  /// The address `bytes` below `address`; traps below 0.
  @inlinable
  public static func - (address: PhysicalAddress, bytes: UInt64) -> PhysicalAddress {
    PhysicalAddress(address.value - bytes)
  }

  /// The distance in bytes from `low` up to `high`; traps where `high` is the lower one.
  @inlinable
  public static func - (high: PhysicalAddress, low: PhysicalAddress) -> UInt64 {
    high.value - low.value
  }

  /// The largest multiple of `alignment` that is not above this address.
  ///
  /// - Parameter alignment: A power of two, in bytes.
  @inlinable
  public func alignedDown(to alignment: UInt64) -> PhysicalAddress {
    PhysicalAddress(value.alignedDown(to: alignment))
  }

  /// The smallest multiple of `alignment` that is not below this address; traps past 2^64.
  ///
  /// - Parameter alignment: A power of two, in bytes.
  @inlinable
  public func alignedUp(to alignment: UInt64) -> PhysicalAddress {
    PhysicalAddress(value.alignedUp(to: alignment))
  }

  /// Whether the address is a multiple of `alignment`, a power of two in bytes.
  @inlinable
  public func isAligned(to alignment: UInt64) -> Bool {
    value.isAligned(to: alignment)
  }
}
