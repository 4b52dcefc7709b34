/// How accesses to the memory behind a mapping go through the caches.
///
/// A page's entry names one of eight slots of the page attribute table (PAT: Intel SDM, volume 3,
/// section 13.12). The slots that are used here:
///
///     slot  PAT PCD PWT   at reset       as the kernel sets it
///      0     0   0   0    write-back     write-back
///      1     0   0   1    write-through  write-combining
///      3     0   1   1    uncached       uncached
///
/// A processor without a PAT has the second column for ever: memory meant to be write-combining is
/// then write-through, which is slower and just as right.
@frozen
public enum MemoryType: Hashable, Sendable {
  /// RAM: cached, and written back when the cache wants the room.
  case writeBack
  /// A framebuffer: reads are not cached, and writes are gathered into bursts, in any order.
  case writeCombining
  /// A device's registers: each access goes to the device, in program order.
  case uncached

  /// The value for IA32_PAT (MSR 0x277): its reset value but for slot 1, which is write-combining.
  public static var attributeTable: UInt64 { 0x0007_0406_0007_0106 }
}
