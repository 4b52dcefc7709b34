/// A type for which every pattern of bits in memory is a valid value, so that a table of it
/// may lie in memory that nobody has written yet.
///
/// Conform integers and structures whose fields are all such integers, nothing else: no
/// `Bool`, enumeration, reference or pointer, because some of their patterns mean nothing.
public protocol AnyBitPattern: BitwiseCopyable {}

extension UInt8: AnyBitPattern {}
extension UInt16: AnyBitPattern {}
extension UInt32: AnyBitPattern {}
extension UInt64: AnyBitPattern {}

/// A table of `count` elements in physical memory, seen through a window.
///
/// Every access is checked against the table's bounds; whoever holds a table of physical
/// memory needs no `unsafe`. The table does not own the memory and never frees it; copies of
/// it name the same elements. Threads that share one need a lock around it.
@frozen
@safe
public struct PhysicalTable<Element: ~Copyable>: @unchecked Sendable {
  /// The first element.
  @usableFromInline let elements: UnsafeMutablePointer<Element>

  /// The number of elements.
  public let count: Int

  /// Makes a table over memory as it is: what the elements are at first is not known.
  ///
  /// - Parameters:
  ///   - window: Shows all of the table's memory, which belongs to the caller from here on.
  ///   - address: Where the table starts; a multiple of the element's alignment.
  ///   - count: The number of elements.
  @inlinable
  public init(
    uninitialized count: Int, in window: PhysicalMemoryWindow, at address: PhysicalAddress
  ) where Element: AnyBitPattern {
    self.init(memoryFor: count, in: window, at: address)
  }

  /// Makes a table and gives each element its first value.
  ///
  /// - Parameters:
  ///   - window: Shows all of the table's memory, which belongs to the caller from here on.
  ///   - address: Where the table starts; a multiple of the element's alignment.
  ///   - count: The number of elements.
  ///   - element: Makes the element at an index.
  @inlinable
  public init(
    _ count: Int, in window: PhysicalMemoryWindow, at address: PhysicalAddress,
    initializedBy element: (Int) -> Element
  ) {
    self.init(memoryFor: count, in: window, at: address)
    for index in 0..<count {
      // SAFETY: inside the memory that the initialiser above has checked.
      unsafe (elements + index).initialize(to: element(index))
    }
  }

  @inlinable
  init(memoryFor count: Int, in window: PhysicalMemoryWindow, at address: PhysicalAddress) {
    precondition(count >= 0, "a table has no negative number of elements")
    precondition(
      window.virtualAddress(of: address).value % UInt64(MemoryLayout<Element>.alignment) == 0,
      "a table must be aligned for its elements")
    // SAFETY: `pointer` checks that the window shows all of it; aligned by the check above.
    unsafe elements = window.pointer(to: address, count: Self.size(of: count))
      .assumingMemoryBound(to: Element.self)
    self.count = count
  }

  /// The bytes that a table of `count` elements takes.
  @inlinable
  public static func size(of count: Int) -> UInt64 {
    UInt64(count) * UInt64(MemoryLayout<Element>.stride)
  }

  /// The element at `index`; traps outside the table.
  @inlinable
  public subscript(index: Int) -> Element {
    unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside the table")
      // SAFETY: in bounds by the check; initialised, or of a type that need not be.
      return unsafe UnsafePointer(elements + index)
    }
    nonmutating unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside the table")
      // SAFETY: in bounds by the check; initialised, or of a type that need not be.
      return unsafe elements + index
    }
  }

  /// A table of the elements in `range`, which are then counted from 0; traps outside the table.
  @inlinable
  public func part(_ range: Range<Int>) -> PhysicalTable {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "part outside the table")
    // SAFETY: in bounds by the check, as many elements as the range has.
    return unsafe PhysicalTable(elements: elements + range.lowerBound, count: range.count)
  }

  /// A table of elements that are in physical memory already.
  @inlinable
  @unsafe
  init(elements: UnsafeMutablePointer<Element>, count: Int) {
    unsafe self.elements = elements
    self.count = count
  }

  /// A reference to the element at `index`; traps outside the table.
  @inlinable
  public func reference(to index: Int) -> PhysicalReference<Element> {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index outside the table")
    // SAFETY: in bounds by the check; initialised, or of a type that need not be.
    return unsafe PhysicalReference(to: elements + index)
  }
}
