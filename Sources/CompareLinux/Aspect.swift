import SerialHarness

/// Something that both kernels must say alike about a machine's memory.
enum Aspect: String, CaseIterable, Sendable {
  case firmwareMap = "firmware map"
  case userMap = "user-defined map"
  case memory = "memblock.memory"
  case zones = "zone ranges"
  case movable = "movable zone starts"
  case nodeRanges = "early node ranges"
  case distances = "node distances"
  case present = "present pages"

  /// Whether Linux tells it only once its first process runs.
  var needsUserSpace: Bool { self == .distances || self == .present }

  /// What a log says of it, a line for each thing.
  func lines(of log: MemoryLog) -> [String] {
    switch self {
    case .firmwareMap: Self.map(log, "BIOS-e820")
    case .userMap: Self.map(log, "user")
    case .memory:
      log.dumps.last?.memory.map {
        "\(Self.range($0.range)) node \($0.node.map { "\($0)" } ?? "none") flags \($0.flags)"
      } ?? ["no dump of memblock"]
    case .zones:
      log.zones.compactMap { zone in zone.range.map { "\(zone.zone) \(Self.range($0))" } }
    case .movable:
      log.movableStarts.sorted { $0.key < $1.key }.map { "node \($0.key) \(Self.hex($0.value))" }
    case .nodeRanges:
      log.nodeRanges.map { "node \($0.node) \(Self.range($0.range))" }
    case .distances:
      log.distances.sorted { $0.key < $1.key }.map { "node \($0.key): \($0.value)" }
    case .present:
      log.presentPages.map { "node \($0.node) zone \($0.zone): \($0.count)" }
    }
  }

  private static func map(_ log: MemoryLog, _ prefix: String) -> [String] {
    log.maps[prefix, default: []].map { "\(range($0.range)) \($0.type)" }
  }

  private static func range(_ range: ClosedRange<UInt64>) -> String {
    "[\(hex(range.lowerBound))-\(hex(range.upperBound))]"
  }

  private static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
