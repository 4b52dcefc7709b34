/// What may be done with the memory behind a mapping, and how it is cached. All mapped memory
/// may be read.
@frozen
public struct PagePermissions: Hashable, Sendable {
  /// The memory may be written.
  public var write: Bool

  /// Instructions may be fetched from the memory.
  public var execute: Bool

  /// Accesses go to the device behind the address, past the caches.
  public var uncached: Bool

  /// Makes the permissions that are named, and no others.
  public init(write: Bool = false, execute: Bool = false, uncached: Bool = false) {
    self.write = write
    self.execute = execute
    self.uncached = uncached
  }

  /// Constants: rodata.
  public static var read: PagePermissions { PagePermissions() }

  /// Data: nothing there is ever executed.
  public static var readWrite: PagePermissions { PagePermissions(write: true) }

  /// Text: nothing there is ever written.
  public static var readExecute: PagePermissions { PagePermissions(execute: true) }

  /// A device's memory.
  public static var device: PagePermissions { PagePermissions(write: true, uncached: true) }
}
