public import Memblock

/// Who is told of a boot while it goes on. C function pointers, as memblock's own log takes them.
public struct ReplayObserver: Sendable {
  /// What memblock prints: every operation, where `log.isDebug` is set.
  public var log = MemblockLog()
  /// Called at the end of every step.
  public var stepEnded: (@convention(c) () -> Void)?

  /// Makes an observer that is told nothing.
  public init() {}
}
