import Addressing

/// A file that the boot loader put into memory beside the kernel.
public struct LoaderModule: Sendable {
  /// The physical memory that the file takes.
  public var range: AddressRange

  /// The file's command line, without a terminating zero; `nil` where the loader gave none.
  public var commandLine: PhysicalBytes?

  /// Makes a module.
  public init(_ range: AddressRange, commandLine: PhysicalBytes?) {
    self.range = range
    self.commandLine = commandLine
  }
}
