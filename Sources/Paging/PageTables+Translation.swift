import Addressing

/// Where a virtual address leads.
public struct Translation: Equatable, Sendable {
  /// The physical address behind it.
  public var address: PhysicalAddress
  /// The size of the page that maps it.
  public var size: PageSize
  /// What the page allows.
  public var permissions: PagePermissions
}

extension PageTables {
  /// What the processor would find for `virtual`; `nil` where nothing is mapped.
  ///
  /// At most one read for each level. (Intel SDM, volume 3, section 5.5.4.)
  public func translate(_ virtual: VirtualAddress) -> Translation? {
    var table = root
    var level = topLevel
    while true {
      let entry = entry(at: Self.entryAddress(of: virtual, in: table, level: level))
      guard entry.isPresent else { return nil }
      if level < 3, entry.isPage(atLevel: level), let size = PageSize(rawValue: level) {
        let page = entry.address.alignedDown(to: size.bytes)
        return Translation(
          address: page + (virtual.value & (size.bytes - 1)), size: size,
          permissions: entry.permissions)
      }
      table = entry.address
      level -= 1
    }
  }
}
