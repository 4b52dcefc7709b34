/// What the page allocator asks of the machine that it runs on.
///
/// On the host and on a machine whose interrupt handlers never allocate, nothing has to be
/// given. In a kernel the functions are a line or two over `cli`, `popf` and the processor's
/// own number.
public struct ProcessorHooks: Sendable {
  /// Disables interrupts on this processor and returns what `restoreInterrupts` needs.
  public var disableInterrupts: (@convention(c) () -> UInt)?

  /// Puts interrupts back to what they were.
  public var restoreInterrupts: (@convention(c) (UInt) -> Void)?

  /// The number of the processor that asks, counted from 0. Called only where there are several
  /// processors, with interrupts as they are: a caller that is moved to another processor meanwhile
  /// may go by the old number.
  public var currentProcessor: (@convention(c) () -> Int)?

  /// Makes hooks; those left out are not called.
  public init(
    disableInterrupts: (@convention(c) () -> UInt)? = nil,
    restoreInterrupts: (@convention(c) (UInt) -> Void)? = nil,
    currentProcessor: (@convention(c) () -> Int)? = nil
  ) {
    self.disableInterrupts = disableInterrupts
    self.restoreInterrupts = restoreInterrupts
    self.currentProcessor = currentProcessor
  }
}
