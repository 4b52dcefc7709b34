/// A type with an identity for which every pattern of bits in memory is a valid value: what
/// `AnyBitPattern` is to values that are copied.
///
/// Conform structures whose fields are all integers, atomic ones included, nothing else.
public protocol UnwrittenStorage: ~Copyable {}

extension PhysicalTable where Element: UnwrittenStorage & ~Copyable {
  /// Makes a table over memory as it is: what the elements are at first is not known.
  ///
  /// - Parameters:
  ///   - count: The number of elements.
  ///   - window: Shows all of the table's memory, which belongs to the caller from here on.
  ///   - address: Where the table starts; a multiple of the element's alignment.
  @inlinable
  public init(
    unwritten count: Int, in window: PhysicalMemoryWindow, at address: PhysicalAddress
  ) {
    self.init(memoryFor: count, in: window, at: address)
  }
}
