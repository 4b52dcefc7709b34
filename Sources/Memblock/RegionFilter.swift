import Addressing

/// Which regions of `memory` an iteration or an allocation may use. Linux: `should_skip_region`.
@usableFromInline
struct RegionFilter {
  @usableFromInline let node: NodeID
  @usableFromInline let flags: RegionFlags

  /// Those of the flags that a region must have.
  @usableFromInline let required: RegionFlags
  @usableFromInline let keepsHotplugFree: Bool

  /// Whether regions with these attributes are left out.
  ///
  /// Another node's memory is, where a node is asked for; so are hot-pluggable memory when that
  /// is kept free, memory that is not mirrored or no scratch when such memory is asked for, and
  /// NOMAP and driver-managed memory unless asked for.
  @inlinable @inline(__always)
  func skips(_ attributes: RegionAttributes) -> Bool {
    if node.isValid && attributes.node != node { return true }
    let has = attributes.flags
    if has.isEmpty { return !required.isEmpty }
    if keepsHotplugFree && has.contains(.hotplug) && !flags.contains(.hotplug) { return true }
    if !has.contains(required) { return true }
    if has.contains(.noMap) && !flags.contains(.noMap) { return true }
    return has.contains(.driverManaged) && !flags.contains(.driverManaged)
  }
}

extension Memblock {
  func regionFilter(_ node: NodeID, _ flags: RegionFlags) -> RegionFilter {
    let required = flags.rawValue & RegionFlags.mirror.union(.scratch).rawValue
    return RegionFilter(
      node: node, flags: flags, required: RegionFlags(rawValue: required),
      keepsHotplugFree: keepsHotplugFree)
  }
}
