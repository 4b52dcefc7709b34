/// The sizes of page that x86-64 can map with one entry, smallest first.
///
/// (Intel SDM, volume 3, section 5.5.4: an entry of the page-directory-pointer table, the page
/// directory, or the page table.)
@frozen
public enum PageSize: Int, Comparable, Sendable {
  /// 4 KiB: an entry of a page table.
  case fourKiB = 0
  /// 2 MiB: an entry of a page directory.
  case twoMiB = 1
  /// 1 GiB: an entry of a page-directory-pointer table.
  case oneGiB = 2

  /// The size in bytes.
  public var bytes: UInt64 { 1 << (12 + 9 * UInt64(rawValue)) }

  /// How far above the lowest table the table stands whose entries map this size.
  var level: Int { rawValue }

  /// Whether `left` is the smaller page.
  public static func < (left: PageSize, right: PageSize) -> Bool {
    left.rawValue < right.rawValue
  }
}
