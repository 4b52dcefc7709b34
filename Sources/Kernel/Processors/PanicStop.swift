import Addressing
import Synchronization
import X86

/// When one processor panics, the others stop: what it reports is then the last that happened.
enum PanicStop {
  /// Stops all others by a non-maskable interrupt, and says which processor this is. Where another
  /// panics already, this one stops for good.
  static func stopOthers() {
    _ = disableInterrupts()
    guard let set = processorSet else { return }
    let me = currentProcessor
    let (isFirst, owner) = set.panicOwner.compareExchange(
      expected: -1, desired: me, ordering: .acquiringAndReleasing)
    guard isFirst else {
      if owner != me { stop(set) }
      return
    }
    for processor in set.processors where processor.number != me {
      interruptControllers?.local?.send(.nonMaskable, to: processor.apicID)
    }
    // One that doesn't answer can't be helped: the report must not wait for ever.
    let others = set.processors.count - 1
    let limit = TimeStampClock.nanoseconds + 500_000_000
    while set.stopped.load(ordering: .acquiring) < others, TimeStampClock.nanoseconds < limit {
      pauseProcessor()
    }
    console.write("\nProcessor ")
    console.write(decimal: UInt64(me))
    console.write(" ends the run; ")
    console.write(decimal: UInt64(set.stopped.load(ordering: .relaxed)))
    console.write(" of ")
    console.write(decimal: UInt64(others))
    console.write(" others stopped\n")
  }

  /// The non-maskable interrupt: stops for good where another processor panics.
  static func nonMaskableInterrupt() {
    guard let set = processorSet else { return }
    let owner = set.panicOwner.load(ordering: .acquiring)
    if owner >= 0, owner != currentProcessor { stop(set) }
  }

  private static func stop(_ set: ProcessorSet) -> Never {
    set.stopped.add(1, ordering: .releasing)
    while true {
      _ = disableInterrupts()
      haltProcessor()
    }
  }
}
