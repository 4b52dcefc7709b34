/// How many machines run at once.
///
/// QEMU's translator keeps a processor busy for each: with more than there are, every boot
/// would come nearer to its time limit.
actor BootSlots {
  static let shared = BootSlots(count: 2)

  private var free: Int
  private var queue: [CheckedContinuation<Void, Never>] = []

  init(count: Int) {
    free = count
  }

  func acquire() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { queue.append($0) }
    }
  }

  /// Hands the slot to the one that waits longest.
  func release() {
    if queue.isEmpty {
      free += 1
    } else {
      queue.removeFirst().resume()
    }
  }
}
