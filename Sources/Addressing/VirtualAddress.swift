/// A place in the virtual address space, as the processor sees it.
///
/// On x86-64 with four-level paging an address is canonical when its bits 63 to 47 are all
/// equal (Intel SDM, volume 1, section 3.3.7.1).
@frozen
public struct VirtualAddress: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The address as a number of bytes.
  public var value: UInt64

  /// Makes the virtual address with that number.
  @inlinable
  public init(_ value: UInt64) {
    self.value = value
  }

  /// Whether `left` lies below `right`.
  @inlinable
  public static func < (left: VirtualAddress, right: VirtualAddress) -> Bool {
    left.value < right.value
  }

  /// The address `bytes` above `address`; traps past 2^64.
  @inlinable
  public static func + (address: VirtualAddress, bytes: UInt64) -> VirtualAddress {
    VirtualAddress(address.value + bytes)
  }

  /// The address `bytes` below `address`; traps below 0.
  @inlinable
  public static func - (address: VirtualAddress, bytes: UInt64) -> VirtualAddress {
    VirtualAddress(address.value - bytes)
  }

  /// The distance in bytes from `low` up to `high`; traps where `high` is the lower one.
  @inlinable
  public static func - (high: VirtualAddress, low: VirtualAddress) -> UInt64 {
    high.value - low.value
  }

  /// The largest multiple of `alignment`, a power of two, that is not above this address.
  @inlinable
  public func alignedDown(to alignment: UInt64) -> VirtualAddress {
    VirtualAddress(value.alignedDown(to: alignment))
  }

  /// The smallest multiple of `alignment`, a power of two, that is not below this address.
  @inlinable
  public func alignedUp(to alignment: UInt64) -> VirtualAddress {
    VirtualAddress(value.alignedUp(to: alignment))
  }

  /// Whether the address is a multiple of `alignment`, a power of two in bytes.
  @inlinable
  public func isAligned(to alignment: UInt64) -> Bool {
    value.isAligned(to: alignment)
  }
}
