import Synchronization

/// A lock for a few instructions' work, with interrupts disabled by the caller.
///
/// On a machine with one processor there is nobody to wait for and nothing is locked, as Linux
/// patches its locks away there.
public struct SpinLock: ~Copyable, Sendable {
  private let isHeld = Atomic<Bool>(false)

  /// Makes a lock that nobody holds.
  public init() {}

  /// Waits until nobody holds the lock, and takes it.
  public func acquire() {
    while isHeld.exchange(true, ordering: .acquiring) {
      // Reading leaves the cache line shared until there is something to win.
      while isHeld.load(ordering: .relaxed) {}
    }
  }

  /// Takes the lock if nobody holds it.
  ///
  /// - Returns: Whether that was so.
  @inline(__always)
  public func tryAcquire() -> Bool { !isHeld.exchange(true, ordering: .acquiring) }

  /// Lets the next one in.
  public func release() { isHeld.store(false, ordering: .releasing) }
}
