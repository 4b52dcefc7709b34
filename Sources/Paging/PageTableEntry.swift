import Addressing

/// One 64-bit entry of a page table at any level.
///
/// Bits as in the Intel SDM, volume 3, tables 5-15 to 5-20.
struct PageTableEntry {
  var bits: UInt64

  private static var present: UInt64 { 1 << 0 }
  private static var writable: UInt64 { 1 << 1 }
  private static var user: UInt64 { 1 << 2 }
  private static var writeThrough: UInt64 { 1 << 3 }
  private static var cacheDisabled: UInt64 { 1 << 4 }
  private static var large: UInt64 { 1 << 7 }
  private static var global: UInt64 { 1 << 8 }
  private static var noExecute: UInt64 { 1 << 63 }
  private static var addressMask: UInt64 { 0x000f_ffff_ffff_f000 }

  static var absent: PageTableEntry { PageTableEntry(bits: 0) }

  init(bits: UInt64) {
    self.bits = bits
  }

  /// An entry that points to the next lower table. What it allows is everything, but for ring 3: the
  /// entry at the end of the walk decides.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - user: Whether pages below it may be ring 3's.
  init(table: PhysicalAddress, user: Bool) {
    bits = table.value | Self.present | Self.writable | (user ? Self.user : 0)
  }

  /// An entry that maps a page of that size.
  init(page: PhysicalAddress, size: PageSize, permissions: PagePermissions) {
    // What ring 3 may use differs between address spaces; the kernel's pages are in all of them.
    bits = page.value | Self.present | (permissions.user ? Self.user : Self.global)
    if size != .fourKiB { bits |= Self.large }
    if permissions.write { bits |= Self.writable }
    if !permissions.execute { bits |= Self.noExecute }
    switch permissions.cacheMode {
    case .writeBack: break
    case .writeCombining: bits |= Self.writeThrough
    case .uncached: bits |= Self.writeThrough | Self.cacheDisabled
    }
  }

  var isPresent: Bool { bits & Self.present != 0 }

  /// Whether the entry, found `level` tables above the lowest, maps a page itself.
  func isPage(atLevel level: Int) -> Bool { level == 0 || bits & Self.large != 0 }

  /// The next table, or the page with its address's low bits cleared to its size.
  var address: PhysicalAddress { PhysicalAddress(bits & Self.addressMask) }

  var permissions: PagePermissions {
    PagePermissions(
      write: bits & Self.writable != 0, execute: bits & Self.noExecute == 0,
      cacheMode: cacheMode, user: isUser)
  }

  /// Whether ring 3 may use what the entry leads to.
  var isUser: Bool { bits & Self.user != 0 }

  private var cacheMode: CacheMode {
    if bits & Self.cacheDisabled != 0 { return .uncached }
    return bits & Self.writeThrough != 0 ? .writeCombining : .writeBack
  }
}
