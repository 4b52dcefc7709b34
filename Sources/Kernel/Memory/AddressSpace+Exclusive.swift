import Synchronization
import X86

extension AddressSpace {
  /// Calls a function with interrupts off, while no other processor changes the address space. It may
  /// be called from the function again.
  @inline(__always)
  static func exclusively<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withInterruptsOff { () throws(Failure) in
      let isOuter = acquire()
      defer { if isOuter { release() } }
      return try body()
    }
  }

  /// Waits until no other processor changes the address space.
  ///
  /// - Returns: whether this one did not hold it already.
  @inline(never)
  private static func acquire() -> Bool {
    guard let set = processorSet else { return false }
    let me = currentProcessor
    if set.addressSpaceOwner.load(ordering: .relaxed) == me { return false }
    while !set.addressSpaceOwner.compareExchange(
      expected: -1, desired: me, ordering: .acquiring
    ).exchanged {
      // Whoever holds it may be waiting for this processor.
      Shootdown.serve()
      pauseProcessor()
    }
    return true
  }

  @inline(never)
  private static func release() {
    processorSet?.addressSpaceOwner.store(-1, ordering: .releasing)
  }
}
