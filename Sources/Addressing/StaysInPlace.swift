import Synchronization

/// A member that makes the structure around it stay where it is.
///
/// The compiler takes a structure of plain values apart to hand it on, however large it is: a
/// method that only reads a table of 24 KiB first copied the table to the stack. A structure
/// with an atomic in it is only ever handed on by its address. Every owner of a large
/// `InlineArray` has one of these; it costs a byte and is never read.
public struct StaysInPlace: ~Copyable, Sendable {
  private let byte = Atomic<UInt8>(0)

  /// Makes the member. Evaluated at build time in a global's initial value.
  public init() {}
}
