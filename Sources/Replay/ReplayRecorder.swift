/// Who keeps what memblock logs while a machine boots.
///
/// Memblock's log goes through a C function pointer, which carries nothing with it: where the text goes
/// is a global of the program that boots. One boot at a time can use it.
public struct ReplayRecorder: Sendable {
  /// Takes what is logged, byte by byte.
  public let sink: @convention(c) (UInt8) -> Void
  /// Gives what `sink` has taken since the last time, and forgets it.
  public let take: @Sendable () -> [UInt8]

  /// Makes a recorder.
  ///
  /// - Parameters:
  ///   - sink: Takes what is logged, byte by byte.
  ///   - take: Gives what `sink` has taken since the last time, and forgets it.
  public init(
    sink: @escaping @convention(c) (UInt8) -> Void, take: @escaping @Sendable () -> [UInt8]
  ) {
    self.sink = sink
    self.take = take
  }
}
