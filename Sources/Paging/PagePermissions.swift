/// What may be done with the memory behind a mapping, and how it is cached.
@frozen
public struct PagePermissions: OptionSet, Hashable, Sendable {
  /// One bit a permission.
  public let rawValue: UInt8

  /// Makes a set of the permissions whose bits are set.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The memory may be written. All mapped memory may be read.
  public static var write: PagePermissions { PagePermissions(rawValue: 1) }

  /// Instructions may be fetched from the memory.
  public static var execute: PagePermissions { PagePermissions(rawValue: 2) }

  /// Accesses go to the device behind the address, past the caches.
  public static var uncached: PagePermissions { PagePermissions(rawValue: 4) }
}
