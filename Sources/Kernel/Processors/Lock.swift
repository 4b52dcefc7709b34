import Synchronization
import X86

/// A value that one processor at a time may use.
///
/// ```swift
/// let total = Lock(0)
/// machine.processors.runOnAll { _ in total.withLock { $0 += 1 } }
/// ```
/// The lock is held with interrupts off, so that interrupt handlers may use it too. A processor
/// that waits for it still answers TLB shootdowns, so code that holds it may map and unmap.
public final class Lock<Value> {
  private let isHeld = Atomic<Bool>(false)
  private var value: Value

  /// Makes a lock that is not held.
  public init(_ value: Value) { self.value = value }

  /// Waits for the lock and calls `body` with the value. Not recursive: `body` must not call it again.
  public func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withInterruptsOff { () throws(Failure) in
      while isHeld.exchange(true, ordering: .acquiring) {
        Shootdown.serve()
        pauseProcessor()
      }
      defer { isHeld.store(false, ordering: .releasing) }
      return try body(&value)
    }
  }
}
