import Synchronization
import X86

extension AddressSpace {
  /// Calls a function with interrupts off, while no other processor changes the address space. It may
  /// be called from the function again.
  static func exclusively<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withInterruptsOff { () throws(Failure) in
      guard let set = processorSet else { return try body() }
      let me = currentProcessor
      if set.addressSpaceOwner.load(ordering: .relaxed) == me { return try body() }
      while !set.addressSpaceOwner.compareExchange(
        expected: -1, desired: me, ordering: .acquiring
      ).exchanged {
        // Whoever holds it may be waiting for this processor.
        Shootdown.serve()
        pauseProcessor()
      }
      defer { set.addressSpaceOwner.store(-1, ordering: .releasing) }
      return try body()
    }
  }
}
