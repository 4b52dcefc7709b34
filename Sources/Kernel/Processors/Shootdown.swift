import Addressing
import Synchronization
import X86

/// How many TLB shootdowns there were, and how long they took.
public struct ShootdownStatistics {
  /// Their number.
  public internal(set) var count: UInt64 = 0
  /// From the first interrupt that was sent to the last answer, all times added.
  public internal(set) var nanoseconds: UInt64 = 0
}

/// TLB shootdown: all processors invalidate their TLB entries of pages that were unmapped, before the
/// frames are freed.
///
/// The processor that starts it holds the address space. The others are interrupted; one that waits
/// for a lock with interrupts off polls instead (`serve`).
enum Shootdown {
  /// For more pages than these all of the TLB is flushed.
  private static let pageLimit: UInt64 = 32

  /// Invalidates a virtual range on all other processors, and waits until they have. With interrupts off.
  static func run(_ address: VirtualAddress, size: UInt64) {
    guard let set = processorSet, let local = interruptControllers?.local else { return }
    let start = TimeStampClock.nanoseconds
    let me = currentProcessor
    set.flushed = address.value..<address.value + size
    set.flushesPending.store(set.processors.count - 1, ordering: .releasing)
    for processor in set.processors where processor.number != me {
      processor.mustFlush.store(true, ordering: .releasing)
      local.send(.vector(InterruptVector.flush), to: processor.apicID)
    }
    while set.flushesPending.load(ordering: .acquiring) > 0 { pauseProcessor() }
    set.shootdowns.count += 1
    set.shootdowns.nanoseconds += TimeStampClock.nanoseconds - start
  }

  /// Invalidates what another processor has asked this one to, if one has. With interrupts off.
  static func serve() {
    guard let set = processorSet,
      set.current.mustFlush.exchange(false, ordering: .acquiring)
    else { return }
    flush(set.flushed)
    set.flushesPending.subtract(1, ordering: .releasing)
  }

  private static func flush(_ range: Range<UInt64>) {
    let page = PageFrameNumber.size
    guard range.upperBound - range.lowerBound <= pageLimit * page else {
      // Changing CR4.PGE flushes global pages too (SDM volume 3, section 5.10.4.1).
      let control = readControlRegister4()
      writeControlRegister4(control ^ 1 << 7)
      writeControlRegister4(control)
      return
    }
    for address in stride(from: range.lowerBound, to: range.upperBound, by: Int(page)) {
      invalidatePage(at: address)
    }
  }
}
