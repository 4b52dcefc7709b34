public import LogReading
public import Memblock
public import Paging

/// A machine to boot: what a log says of the firmware, and what the log cannot know.
public struct ReplayMachine: Sendable {
  /// The firmware's map, in its own order.
  public var map: [MemoryRangeOfType] = []
  /// The memory that SRAT gives to nodes.
  public var affinities: [LoggedAffinity] = []
  /// The processors that SRAT gives to nodes.
  public var processors: [LoggedProcessor] = []
  /// The kernel's command line.
  public var commandLine = ""
  /// Where the kernel's image lies: the first byte and the size.
  public var image: (start: UInt64, size: UInt64) = (0x100_0000, 0x2c1_1000)
  /// What the boot loader put into memory beside it.
  public var modules: [(start: UInt64, size: UInt64)] = []
  /// The largest page that the processor can map.
  public var largestPage = PageSize.oneGiB
  /// Linux's version that memblock follows; the log's.
  public var rules: LinuxRules

  /// An entry of the firmware's map.
  public struct MemoryRangeOfType: Sendable, Equatable {
    /// The address of the first byte.
    public var start: UInt64
    /// The address of the last byte.
    public var last: UInt64
    /// The type by E820's number.
    public var type: UInt32
  }

  /// The machine that a log describes: its map, or where it has none the node ranges, which are
  /// what Linux made of the map's RAM. `nil` where it has neither.
  public init?(_ log: BootLog) {
    rules = LinuxRules(of: log)
    if let source = log.firmwareSource {
      map = log.map(source).filter { $0.last >= $0.start }.map { entry in
        MemoryRangeOfType(
          start: entry.start, last: entry.last,
          type: source == .efi ? Self.e820Type(ofEFI: entry) : entry.type)
      }
    } else {
      map = log.nodeRanges.filter { $0.last >= $0.start }.map {
        MemoryRangeOfType(start: $0.start, last: $0.last, type: 1)
      }
    }
    guard !map.isEmpty else { return nil }
    affinities = log.affinities
    processors = log.processors
    commandLine = log.commandLine?.text ?? ""
    if let dump = log.dumps.first, dump.isComplete {
      takeReservations(dump)
    } else if let disk = log.ramDisk, disk.last >= disk.start {
      modules.append((disk.start, disk.last - disk.start + 1))
    }
  }

  /// The bytes of physical memory, from 0, that a replay should be shown: all RAM and 2 MiB, 4 GiB
  /// at least, and 32 TiB at most, which is what fits into a process beside the rest.
  public var windowSize: UInt64 {
    let top = map.filter { $0.type == 1 }.map { $0.last }.max() ?? 0
    return min(max(top, 1 << 32) &+ (2 << 20), 32 << 40)
  }

  /// Takes the image and the loader's modules from the kernel's first dump: what is reserved
  /// there above 1 MiB. All else was reserved by rules that the replay follows itself. The image
  /// is where Linux's is, or else the largest reservation.
  private mutating func takeReservations(_ dump: MemblockDump) {
    let places = dump.reserved.filter { $0.start >= 1 << 20 && $0.last > $0.start }
      .map { (start: $0.start, size: $0.last - $0.start + 1) }
    let expected = image.start
    let usual = places.firstIndex { $0.start <= expected && expected - $0.start < $0.size }
    let largest = places.indices.max { places[$0].size < places[$1].size }
    guard let chosen = usual ?? largest else { return }
    image = places[chosen]
    modules = places.indices.filter { $0 != chosen }.map { places[$0] }
  }

  /// What a loader makes of EFI's types once boot services have ended.
  ///
  /// Linux: `setup_e820` in the EFI stub.
  private static func e820Type(ofEFI entry: LoggedRange) -> UInt32 {
    switch entry.type {
    case 1, 2, 3, 4, 7: entry.attributes & 1 << 18 != 0 ? 0xefff_ffff : 1
    case 8: 5
    case 9: 3
    case 10: 4
    case 14: 7
    default: 2
    }
  }
}
