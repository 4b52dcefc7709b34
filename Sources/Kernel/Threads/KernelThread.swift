import Addressing
import Boot
import Paging
import X86

/// A thread of the kernel: a function with a stack of its own, which can be left in the middle.
///
/// It is what schedulers are made of. A processor runs a thread as a call, and the call returns when the
/// thread yields, by itself or from a timer's function, or is done:
///
/// ```swift
/// let thread = try KernelThread { … }
/// machine.clock.every(milliseconds: 10) { KernelThread.yield() }
/// while !thread.isDone { thread.run() }
/// ```
/// So the scheduler runs on the processor's own stack, after the thread before has been left.
/// A thread may be run by another processor each time, and by one at a time.
public final class KernelThread {
  private let stack: MappedMemory
  private var body: (() -> Void)?

  /// Whether its function has returned.
  public private(set) var isDone = false

  /// Makes a thread, which waits to be run.
  ///
  /// Its stack has a page below it that is not mapped, and goes back to the page allocator with the
  /// thread. One that is dropped before it is done keeps what its functions hold.
  ///
  /// - Parameters:
  ///   - stackSize: In bytes; rounded up to whole pages.
  ///   - body: What it does. Interrupts are on there.
  public init(
    stackSize: UInt64 = 64 << 10, _ body: @escaping () -> Void
  ) throws(MappingError) {
    stack = try MappedMemory(size: Swift.max(stackSize, 4 * PageFrameNumber.size))
    self.body = body
    prepare()
  }

  // The two highest words of the stack: where the thread was left, as `thread_switch` leaves a stack,
  // and where the processor that runs it was. Switches write and read them in assembly, unseen by the
  // compiler.
  private var left: UInt64 { (stack.address + (stack.size - 16)).value }
  private var wayBack: UInt64 { (stack.address + (stack.size - 8)).value }

  /// Writes what `thread_switch` takes from a stack, lowest address first: FXSAVE's bytes and a word
  /// more, six registers, and where to return to.
  private func prepare() {
    // When the thread starts the stack pointer is a multiple of 16, as before a call.
    let start = left - 8
    writeWord(thread_start_address(), toAddress: start)
    let state = start - UInt64(6 * 8 + FXSAVE_SIZE + 8)
    // The rest is zero, as the memory is. (SDM volume 1, sections 8.1.5 and 10.2.3.)
    writeWord(0x37f, toAddress: state)
    writeWord(0x1f80, toAddress: state + 24)
    writeWord(state, toAddress: left)
  }

  /// Runs the thread on this processor, until it yields or is done.
  ///
  /// Not to be called for one that is done or runs, nor from a thread.
  public func run() {
    precondition(!isDone, "the thread is done")
    withInterruptsOff {
      precondition(RunningThread.current == nil, "a thread runs no thread")
      RunningThread.current = self
      thread_switch(wayBack, readRegister64(left))
      RunningThread.current = nil
    }
  }

  /// Lets go of the processor: goes back to who runs this thread. Returns when it is run again.
  ///
  /// From a timer's function it takes the processor from whatever thread was interrupted. Where no
  /// thread runs nothing happens.
  public static func yield() {
    withInterruptsOff {
      guard let thread = RunningThread.current else { return }
      let user = UserMode.leave()
      thread_switch(thread.left, readRegister64(thread.wayBack))
      UserMode.enter(user)
    }
  }

  /// Whether all of a virtual range is in the stack.
  func contains(_ address: UInt64, size: UInt64) -> Bool {
    address >= stack.address.value && address < stack.address.value + stack.size
      && size <= stack.address.value + stack.size - address
  }

  /// Whether a virtual address is in the page below the stack.
  func isGuardPage(_ address: UInt64) -> Bool {
    address < stack.address.value && address >= stack.address.value - PageFrameNumber.size
  }

  /// The thread's function, from its first instruction to its last, with interrupts on.
  ///
  /// - Returns: where the processor that has run it last goes on.
  @inline(never)
  fileprivate static func runBody() -> UInt64 {
    guard let thread = RunningThread.current, let body = thread.body else {
      panic("a thread runs that nobody has started")
    }
    enableInterrupts()
    body()
    _ = disableInterrupts()
    thread.body = nil
    thread.isDone = true
    return readRegister64(thread.wayBack)
  }
}

/// Where Boot/threads.S begins a thread; returns the stack that is entered when the thread ends. It must
/// hold no references: this stack is never entered again, so nothing would release them.
@c(thread_started)
func threadStarted() -> UInt64 { KernelThread.runBody() }

/// The thread that each processor runs.
enum RunningThread {
  /// This processor's. With interrupts off.
  static var current: KernelThread? {
    get { processorSet == nil ? ofOnlyProcessor : processorSet?.current.thread }
    set {
      if let processorSet {
        processorSet.current.thread = newValue
      } else {
        ofOnlyProcessor = newValue
      }
    }
  }

  @safe nonisolated(unsafe) private static var ofOnlyProcessor: KernelThread?
}
