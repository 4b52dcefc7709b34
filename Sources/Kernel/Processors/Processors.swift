import Synchronization
import X86

/// The machine's processors. All of them are started by the boot, and wait for work.
///
/// ```swift
/// machine.processors.runOnAll { number in … }
/// ```
/// What runs on several processors at once shares what it shares: `Lock` is for that. The page
/// allocator, the heap, the address space, timers and the console may be used from all of them.
public struct Processors {
  /// How many run, the boot processor included. Their numbers are those below it.
  public var count: Int { processorSet?.processors.count ?? 1 }

  /// The number of the processor that this runs on; the boot processor's is 0.
  public var current: Int { currentProcessor }

  /// Runs a function on a processor, and returns when it is done.
  ///
  /// Each processor runs the functions that it is given in order. The boot processor, and one that runs a
  /// function already, run them while they wait for others in this call. Interrupts are on there. Not
  /// to be called from an interrupt handler, nor from a `KernelThread`, which may meanwhile continue on
  /// another processor.
  public func run(on number: Int, _ body: @escaping () -> Void) {
    run(on: [number]) { _ in body() }
  }

  /// Runs a function on all processors at once, this one included; returns when all are done.
  ///
  /// - Parameter body: Gets the number of the processor that it runs on.
  public func runOnAll(_ body: @escaping (Int) -> Void) { run(on: Array(0..<count), body) }

  /// Runs a function on some processors at once; returns when all are done.
  ///
  /// - Parameters:
  ///   - numbers: The processors; each below `count`.
  ///   - body: Gets the number of the processor that it runs on.
  public func run(on numbers: [Int], _ body: @escaping (Int) -> Void) {
    for number in numbers { precondition(number >= 0 && number < count, "no such processor") }
    guard let set = processorSet else {
      for number in numbers { body(number) }
      return
    }
    precondition(
      withInterruptsOff { RunningThread.current == nil }, "a thread runs nothing elsewhere")
    let me = current
    var submitted: [ProcessorWork] = []
    for number in numbers where number != me {
      let work = ProcessorWork(submitter: me) { body(number) }
      submitted.append(work)
      set.processors[number].submit(work)
    }
    for number in numbers where number == me { body(number) }
    for index in submitted.indices {
      set.processors[me].serve { submitted[index].isDone.load(ordering: .acquiring) }
      // What the function has captured goes with the work, which the processor drops when it is done.
      while !isKnownUniquelyReferenced(&submitted[index]) { pauseProcessor() }
    }
  }

  /// What was done so far so that no processor keeps a mapping that is gone.
  public var shootdowns: ShootdownStatistics {
    processorSet?.shootdowns ?? ShootdownStatistics()
  }
}
