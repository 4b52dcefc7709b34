/// What may be done with the memory behind a mapping, and how it is cached. All mapped memory
/// may be read.
@frozen
public struct PagePermissions: Hashable, Sendable {
  /// The memory may be written.
  public var write: Bool

  /// Instructions may be fetched from the memory.
  public var execute: Bool

  /// How accesses go through the caches.
  public var cacheMode: CacheMode

  /// Programs in ring 3 may use the memory too.
  public var user: Bool

  /// Makes the permissions that are named, and no others.
  ///
  /// - Parameters:
  ///   - write: Whether the memory may be written.
  ///   - execute: Whether instructions may be fetched from it.
  ///   - cacheMode: How accesses go through the caches.
  ///   - user: Whether programs in ring 3 may use it too.
  public init(
    write: Bool = false, execute: Bool = false, cacheMode: CacheMode = .writeBack,
    user: Bool = false
  ) {
    self.write = write
    self.execute = execute
    self.cacheMode = cacheMode
    self.user = user
  }

  /// Constants: rodata.
  public static var read: PagePermissions { PagePermissions() }

  /// Data: nothing there is ever executed.
  public static var readWrite: PagePermissions { PagePermissions(write: true) }

  /// Text: nothing there is ever written.
  public static var readExecute: PagePermissions { PagePermissions(execute: true) }

  /// A device's registers.
  public static var device: PagePermissions { PagePermissions(write: true, cacheMode: .uncached) }

  /// A framebuffer.
  public static var framebuffer: PagePermissions {
    PagePermissions(write: true, cacheMode: .writeCombining)
  }
}
