import Addressing

/// A list in a boot loader's own format: its bytes, and the function that knows how to read them.
///
/// Loaders write memory maps and modules as tables, as tables of pointers, or scattered among other
/// things. Nothing is copied, so that a list can have any length.
public struct LoaderList<Element>: Sendable {
  /// Reads the next element.
  ///
  /// `position` is 0 at first and means what the function wants it to; it must move on at every
  /// call that returns an element. `nil` ends the list.
  public typealias Reader =
    @Sendable (_ records: PhysicalBytes, _ position: inout Int) -> Element?

  private let records: PhysicalBytes
  private let next: Reader

  /// Makes a list.
  ///
  /// - Parameters:
  ///   - records: The bytes in which the list starts.
  ///   - next: Reads the next element. It captures nothing: there is no heap to keep that in.
  public init(_ records: PhysicalBytes, next: @escaping Reader) {
    self.records = records
    self.next = next
  }

  /// The number of elements. O(n).
  public var count: Int {
    var count = 0
    forEach { _ in count += 1 }
    return count
  }

  /// Calls `body` with each element, in the loader's order. O(n).
  public func forEach<Failure: Error>(
    _ body: (Element) throws(Failure) -> Void
  ) throws(Failure) {
    var position = 0
    while let element = next(records, &position) { try body(element) }
  }

  /// The first element for which `condition` holds; `nil` where there is none. O(n).
  public func first(where condition: (Element) -> Bool) -> Element? {
    var position = 0
    while let element = next(records, &position) {
      if condition(element) { return element }
    }
    return nil
  }
}
