/// What a log says about a machine's memory: one boot of one machine.
public struct BootLog: Sendable {
  /// Linux's version, as `6.12.117+deb12-amd64`.
  public internal(set) var kernelVersion: LogLine?
  /// The kernel's command line; the line's text is the command line alone.
  public internal(set) var commandLine: LogLine?
  /// The maps, by who describes memory; empty where nobody of that kind does.
  public internal(set) var maps: [[LoggedRange]] = Array(
    repeating: [], count: MapSource.allCases.count)
  /// Changes of the map that Linux logged.
  public internal(set) var edits: [MapEdit] = []
  /// The memory entries of SRAT.
  public internal(set) var affinities: [LoggedAffinity] = []
  /// The processor entries of SRAT.
  public internal(set) var processors: [LoggedProcessor] = []
  /// `No NUMA configuration found` or `NUMA turned off`: all memory is put on one node.
  public internal(set) var nodeFallback: LogLine?
  /// `Early memory node ranges`.
  public internal(set) var nodeRanges: [LoggedNodeRange] = []
  /// `NODE_DATA(0) allocated [mem …]`.
  public internal(set) var nodeData: [LoggedNodeRange] = []
  /// `Zone ranges`.
  public internal(set) var zones: [LoggedZone] = []
  /// The dumps of memblock's tables, in order.
  public internal(set) var dumps: [MemblockDump] = []
  /// What `memblock=debug` logged, in order.
  public internal(set) var operations: [LoggedOperation] = []
  /// Whether there are lines that only a Linux has whose reservations say who made them, 6.16 or
  /// newer: `__memblock_reserve`, or gaps in the firmware's map.
  public internal(set) var marksKernelReservations = false
  /// The names of functions and callers in ``operations``.
  public internal(set) var names = NameTable()
  /// `last_pfn = 0x… max_arch_pfn = 0x…`, the first of these lines.
  public internal(set) var lastFrame: UInt64?
  /// `Memory: …K/…K available (…)`.
  public internal(set) var memoryTotal: LogLine?
  /// `RAMDISK: [mem 0x…-0x…]`.
  public internal(set) var ramDisk: LoggedRange?

  /// The number of lines of each form, by its raw value.
  public internal(set) var lineCounts = [Int](repeating: 0, count: LogForm.allCases.count)
  /// How many boots the text holds. This value is the last one's.
  public internal(set) var bootCount = 1
  /// The lines that claim to be of a form and are not; at most the first thousand.
  public internal(set) var problems: [LogProblem] = []
  /// How many there are in all.
  public internal(set) var problemCount = 0

  /// Makes the log that says nothing.
  public init() {}

  /// The forms that the log holds lines of.
  public var forms: [LogForm] { LogForm.allCases.filter { lineCounts[$0.rawValue] > 0 } }

  /// The map by that source.
  public func map(_ source: MapSource) -> [LoggedRange] { maps[source.rawValue] }

  /// The map that comes nearest to the firmware's own: the first of E820, Xen, a boot loader,
  /// EFI, `/proc/iomem` and `lsmem` that is there.
  public var firmwareSource: MapSource? {
    let order: [MapSource] = [.e820, .xen, .loader, .efi, .iomem, .lsmem]
    return order.first { !map($0).isEmpty }
  }

  /// The name of a function or a caller by its number.
  public func name(_ number: UInt32) -> String { names[Int(number)] }

  /// Whether that text is a part of the name of a function or a caller. O(bytes).
  public func name(_ number: UInt32, contains part: StaticString) -> Bool {
    var scanner = LineScanner(names[Int(number)].utf8Span.span)
    return scanner.skipPast(part)
  }
}
