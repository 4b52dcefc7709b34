/// Where versions of Linux treat and print a firmware's map differently: which one a map is like.
public enum MapRules: Sendable {
  /// Up to 6.x: `usable` and `reserved`; a map of one entry is none.
  case linux6

  /// From 7.0 on: `System RAM`, `device reserved`, and a line for each gap between two entries; a
  /// map of one entry is one.
  case linux7

  /// The least number of entries of which a map is made.
  @inlinable public var leastEntryCount: Int { self == .linux6 ? 2 : 1 }
}
