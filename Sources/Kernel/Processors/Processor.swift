import Addressing
import PageAllocator
import Synchronization
import X86

/// Work for a processor, and whether it is done.
final class ProcessorWork {
  let body: () -> Void
  let submitter: Int
  let isDone = Atomic<Bool>(false)

  init(submitter: Int, _ body: @escaping () -> Void) {
    self.submitter = submitter
    self.body = body
  }
}

/// A processor that is up.
final class Processor {
  let number: Int

  /// The number of its local APIC.
  let apicID: UInt32

  /// Its own stacks; `nil` for the boot processor, whose stacks are in the image.
  let stacks: ProcessorStacks?

  let area: ProcessorArea

  /// Whether it has to invalidate TLB entries (Shootdown.swift).
  let mustFlush = Atomic<Bool>(false)

  /// Its timers; `nil` until the first is started.
  var timers: TimerQueue?

  /// The thread that it runs.
  var thread: KernelThread?

  /// Whether it waits for something to do.
  let isIdle = Atomic<Bool>(false)

  /// The line that it is writing to the console.
  var line = ConsoleLine()

  private let lock = SpinLock()
  private var work: [ProcessorWork] = []

  init(number: Int, apicID: UInt32, stacks: ProcessorStacks?, area: ProcessorArea) {
    self.number = number
    self.apicID = apicID
    self.stacks = stacks
    self.area = area
  }

  /// Gives it work, and wakes it.
  func submit(_ item: ProcessorWork) {
    withInterruptsOff {
      lock.acquire()
      work.append(item)
      lock.release()
      wake()
    }
  }

  /// Has it look whether there is something to do.
  func wake() {
    withInterruptsOff {
      interruptControllers?.local?.send(.vector(InterruptVector.wake), to: apicID)
    }
  }

  /// The oldest work that it was given; with interrupts off.
  private func takeWork() -> ProcessorWork? {
    lock.acquire()
    defer { lock.release() }
    return work.isEmpty ? nil : work.removeFirst()
  }

  /// Does what this processor, which is the one that this runs on, was given, until `condition` holds;
  /// where there is nothing to do it is stopped until the next interrupt.
  ///
  /// With interrupts off it can't stop: it looks again and again.
  func serve(until condition: () -> Bool) {
    let flags = disableInterrupts()
    let mayStop = flags & 1 << 9 != 0
    while !condition() {
      if let item = takeWork() {
        restoreInterrupts(flags)
        item.body()
        finish(item)
        _ = disableInterrupts()
      } else if mayStop {
        isIdle.store(true, ordering: .relaxed)
        Idle.wait()
        _ = disableInterrupts()
        isIdle.store(false, ordering: .relaxed)
      } else {
        Shootdown.serve()
        pauseProcessor()
      }
    }
    restoreInterrupts(flags)
  }

  private func finish(_ item: ProcessorWork) {
    let submitter = item.submitter
    item.isDone.store(true, ordering: .releasing)
    processorSet?.processors[submitter].wake()
  }
}
