public import Addressing

/// Marking what is special about memory; what the marks mean is in ``RegionFlags``.
///
/// A region that crosses an end of the range is split there. All throw `.tableFull`, `.cannotGrow` or
/// `.unreachable` where the table has no room for two more regions, whether they are needed or not, and
/// `.tornDown`. O(log n), plus the regions that are covered.
extension Memblock {
  /// Marks memory as one that can be unplugged. Linux: `memblock_mark_hotplug`.
  public mutating func markHotplug(_ range: AddressRange) throws(MemblockError) {
    try change(.hotplug, to: true, range, in: .memory)
  }

  /// Takes the mark of hot-pluggable memory away. Linux: `memblock_clear_hotplug`.
  public mutating func clearHotplug(_ range: AddressRange) throws(MemblockError) {
    try change(.hotplug, to: false, range, in: .memory)
  }

  /// Marks memory as mirrored, so that it is preferred from now on; does nothing unless
  /// `kernelCoreIsMirrored`. Linux: `memblock_mark_mirror`.
  public mutating func markMirror(_ range: AddressRange) throws(MemblockError) {
    try requireLive()
    if !kernelCoreIsMirrored { return }
    hasMirroredMemory = true
    try change(.mirror, to: true, range, in: .memory)
  }

  /// Marks memory that must stay out of the direct map. Linux: `memblock_mark_nomap`.
  public mutating func markNoMap(_ range: AddressRange) throws(MemblockError) {
    try change(.noMap, to: true, range, in: .memory)
  }

  /// Takes the mark of unmapped memory away. Linux: `memblock_clear_nomap`.
  public mutating func clearNoMap(_ range: AddressRange) throws(MemblockError) {
    try change(.noMap, to: false, range, in: .memory)
  }

  /// Marks reservations whose page metadata their owner sets up. Linux:
  /// `memblock_reserved_mark_noinit`.
  public mutating func markReservedNoInit(_ range: AddressRange) throws(MemblockError) {
    try change(.reservedNoInit, to: true, range, in: .reserved)
  }

  /// Marks reservations that the kernel made for itself. Linux 6.16:
  /// `memblock_reserved_mark_kern`.
  public mutating func markReservedKernel(_ range: AddressRange) throws(MemblockError) {
    try change(.reservedKernel, to: true, range, in: .reserved)
  }

  /// Marks memory that a former kernel has left for this one's start. Linux 7.3:
  /// `memblock_mark_kho_scratch`.
  public mutating func markScratch(_ range: AddressRange) throws(MemblockError) {
    try change(.scratch, to: true, range, in: .memory)
  }

  /// Takes the mark of scratch memory away. Linux 7.3: `memblock_clear_kho_scratch`.
  public mutating func clearScratch(_ range: AddressRange) throws(MemblockError) {
    try change(.scratch, to: false, range, in: .memory)
  }

  /// Linux: `memblock_setclr_flag`.
  private mutating func change(
    _ flag: RegionFlags, to isSet: Bool, _ range: AddressRange, in type: RegionType
  ) throws(MemblockError) {
    try requireLive()
    let bits = RegionAttributes(flags: flag, node: NodeID(0)).bits
    try changeAttributes(bits, to: isSet ? bits : 0, of: range, in: type)
  }
}
