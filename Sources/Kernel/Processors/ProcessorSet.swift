import Addressing
import PageAllocator
import Synchronization
import X86

/// The processors of a machine that has several, and what they share.
final class ProcessorSet {
  /// By number; the boot processor is 0.
  let processors: [Processor]

  /// Held while a byte, or another processor's line, goes to the console.
  let consoleLock = SpinLock()

  /// Held while the address space is changed, by the processor of that number; −1 where it is free.
  let addressSpaceOwner = Atomic<Int>(-1)

  /// Held while handlers of interrupts are registered, and the timers started.
  let registrationLock = SpinLock()

  /// The processor that panics; −1 where none does.
  let panicOwner = Atomic<Int>(-1)

  /// How many have stopped because another panics.
  let stopped = Atomic<Int>(0)

  /// The range that a shootdown invalidates, and how many processors have yet to do so.
  var flushed: Range<UInt64> = 0..<0
  let flushesPending = Atomic<Int>(0)
  var shootdowns = ShootdownStatistics()

  init(_ processors: [Processor]) { self.processors = processors }

  /// The processor that this runs on.
  var current: Processor { processors[Int(truncatingIfNeeded: readFirstWordOfProcessorArea())] }
}

/// The processors; `nil` as long as the boot processor is the only one that runs Swift.
@safe nonisolated(unsafe) var processorSet: ProcessorSet?

/// The number of the processor that this runs on; the boot processor's is 0.
var currentProcessor: Int {
  processorSet == nil ? 0 : Int(truncatingIfNeeded: readFirstWordOfProcessorArea())
}

extension ProcessorHooks {
  /// The machine's own: the page allocator, and the heap on it, work with interrupts off.
  static var machine: ProcessorHooks {
    ProcessorHooks(
      disableInterrupts: { UInt(X86.disableInterrupts()) },
      restoreInterrupts: { X86.restoreInterrupts(UInt64($0)) },
      currentProcessor: { Kernel.currentProcessor })
  }
}
