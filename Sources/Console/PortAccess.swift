/// The processor's I/O ports, as a parameter: the kernel passes the real ones, a test its own.
public protocol PortAccess {
  /// Reads a byte from `port` (`in`).
  func read(_ port: UInt16) -> UInt8
  /// Writes a byte to `port` (`out`).
  func write(_ byte: UInt8, to port: UInt16)
}
