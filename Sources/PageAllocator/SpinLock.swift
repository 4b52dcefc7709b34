import Synchronization

/// A lock for a few instructions' work, with interrupts disabled by the caller.
///
/// On a machine with one processor there is nobody to wait for and nothing is locked, as Linux
/// patches its locks away there.
struct SpinLock: ~Copyable {
  private let isHeld = Atomic<Bool>(false)

  /// Waits until nobody holds the lock, and takes it.
  func acquire() {
    while isHeld.exchange(true, ordering: .acquiring) {
      // Reading leaves the cache line shared until there is something to win.
      while isHeld.load(ordering: .relaxed) {}
    }
  }

  /// Lets the next one in.
  func release() { isHeld.store(false, ordering: .releasing) }
}
