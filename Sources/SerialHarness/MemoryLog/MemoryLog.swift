/// What a boot's log says about memory, in the words that Linux and this package's kernel share:
/// firmware maps, memblock's dumps, zones, node ranges, the buddy allocator's free blocks.
///
/// Lines of other kinds are ignored, and so are the time stamps that Linux puts before each.
public struct MemoryLog: Sendable {
  /// An entry of a firmware map.
  public struct MapEntry: Hashable, Sendable {
    /// The physical addresses, both ends included.
    public var range: ClosedRange<UInt64>
    /// What the map says is there, in the words of Linux up to 6.x: `usable`, `reserved`,
    /// `ACPI data`.
    public var type: String

    /// An entry for the addresses in `range`.
    public init(range: ClosedRange<UInt64>, type: String) {
      self.range = range
      self.type = type
    }
  }

  /// A region of one of memblock's tables.
  public struct Region: Hashable, Sendable {
    /// The physical addresses, both ends included.
    public var range: ClosedRange<UInt64>
    /// The node, where one is set.
    public var node: Int?
    /// The flags, as Linux numbers them.
    public var flags: UInt64

    /// A region of the addresses in `range`.
    public init(range: ClosedRange<UInt64>, node: Int?, flags: UInt64) {
      self.range = range
      self.node = node
      self.flags = flags
    }
  }

  /// One dump of memblock, from `MEMBLOCK configuration:` on.
  public struct Dump: Hashable, Sendable {
    /// The size in bytes that the dump states for the memory table.
    public var memorySize: UInt64 = 0
    /// The size in bytes that the dump states for the reserved table.
    public var reservedSize: UInt64 = 0
    /// The counts that the dump states, by table.
    public var counts: [String: UInt64] = [:]
    /// The tables' regions, by table: `memory`, `reserved`, `physmem`.
    public var regions: [String: [Region]] = [:]

    /// The memory table.
    public var memory: [Region] { regions["memory", default: []] }
    /// The reserved table.
    public var reserved: [Region] { regions["reserved", default: []] }
  }

  /// A zone's range.
  public struct ZoneRange: Hashable, Sendable {
    /// The zone's name.
    public var zone: String
    /// The physical addresses, or none for an empty zone.
    public var range: ClosedRange<UInt64>?

    /// A zone of the addresses in `range`.
    public init(zone: String, range: ClosedRange<UInt64>?) {
      self.zone = zone
      self.range = range
    }
  }

  /// A range of memory on a node.
  public struct NodeRange: Hashable, Sendable {
    /// The node.
    public var node: Int
    /// The physical addresses.
    public var range: ClosedRange<UInt64>

    /// The addresses in `range`, on a node.
    public init(node: Int, range: ClosedRange<UInt64>) {
      self.node = node
      self.range = range
    }
  }

  /// The free blocks of a zone, as /proc/buddyinfo lists them.
  public struct FreeBlocks: Hashable, Sendable {
    /// The node.
    public var node: Int
    /// The zone's name.
    public var zone: String
    /// How many free blocks of 2^order pages there are, by order.
    public var counts: [UInt64]

    /// All their pages.
    public var pages: UInt64 {
      counts.enumerated().reduce(0) { $0 + $1.element << UInt64($1.offset) }
    }
  }

  /// The pages that a zone has on a node, holes left out, as /proc/zoneinfo tells them.
  public struct PresentPages: Hashable, Sendable {
    /// The node.
    public var node: Int
    /// The zone's name.
    public var zone: String
    /// How many pages are present.
    public var count: UInt64
  }

  /// The maps printed, by the prefix of their lines: `BIOS-e820`, `user`, `modified`.
  public internal(set) var maps: [String: [MapEntry]] = [:]
  /// The dumps of memblock, in the order in which they were printed.
  public internal(set) var dumps: [Dump] = []
  /// The zones, from `Zone ranges:`.
  public internal(set) var zones: [ZoneRange] = []
  /// Where the movable zone starts on each node that has one.
  public internal(set) var movableStarts: [Int: UInt64] = [:]
  /// The ranges from `Early memory node ranges`.
  public internal(set) var nodeRanges: [NodeRange] = []
  /// The free blocks of each zone.
  public internal(set) var freeBlocks: [FreeBlocks] = []
  /// The pages present in each zone that has any.
  public internal(set) var presentPages: [PresentPages] = []

  /// How far each node is from the others, by number: `Node 0 distances: 10 20`.
  public internal(set) var distances: [Int: [UInt64]] = [:]

  /// The zone that lines of /proc/zoneinfo are about.
  var zoneInformation: (node: Int, zone: String)?

  /// Reads a console's lines.
  public init(lines: [String]) {
    for line in lines { read(Self.withoutTimeStamp(line)) }
  }

  /// Linux's `[    0.000000] `.
  private static func withoutTimeStamp(_ line: String) -> Substring {
    guard let stamp = line.prefixMatch(of: #/\[ *\d+\.\d+\] /#) else { return line[...] }
    return line[stamp.range.upperBound...]
  }
}
