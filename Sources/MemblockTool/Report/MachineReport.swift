import LogReading

/// What is shown of a machine: the value behind `show --json`, whose form is documented in
/// JSON.md. Addresses and sizes are hexadecimal strings: JSON's numbers lose bits above 2^53.
struct MachineReport: Encodable {
  struct Entry: Encodable, Equatable {
    var start: String
    var last: String
    var size: String
    var type: String
    var typeNumber: UInt32
    var line: Int
    var file: String
  }

  struct Map: Encodable {
    var source: String
    var isFirmware: Bool
    var entries: [Entry]
  }

  struct Region: Encodable, Equatable {
    var start: String
    var last: String
    var size: String
    var node: Int?
    var flags: String
  }

  struct Table: Encodable {
    var total: String
    var regions: [Region]
  }

  struct Range: Encodable {
    var node: Int
    var start: String
    var last: String
  }

  struct Affinity: Encodable {
    var node: Int
    var domain: UInt32
    var start: String
    var last: String
    var isHotPluggable: Bool
  }

  struct Zone: Encodable {
    var name: String
    var start: String?
    var last: String?
  }

  let format = "memblock.machine/1"
  var files: [String]
  var forms: [String]
  var kernelVersion: String?
  var commandLine: String?
  var maps: [Map] = []
  var memory: Table?
  var reserved: Table?
  var affinities: [Affinity] = []
  var nodeRanges: [Range] = []
  var zones: [Zone] = []
  /// The bytes of each type in the firmware's map.
  var totals: [String: String] = [:]
  var operationCount: Int
  var problemCount: Int
}

extension MachineReport {
  /// The report of what files say.
  init(_ input: LogFiles) {
    let log = input.log
    files = input.names
    forms = log.forms.map { String(describing: $0) }
    kernelVersion = log.kernelVersion?.text
    commandLine = log.commandLine?.text
    operationCount = log.operations.count
    problemCount = log.problemCount
    for source in MapSource.allCases where !log.map(source).isEmpty {
      let entries = log.map(source).map { entry in
        Entry(
          start: Words.hex(entry.start), last: Words.hex(entry.last),
          size: Words.hex(entry.size), type: entry.typeName(by: source),
          typeNumber: entry.type, line: entry.line.number, file: input.names[entry.line.file])
      }
      maps.append(
        Map(source: source.name, isFirmware: source == log.firmwareSource, entries: entries))
    }
    if let dump = log.dumps.last {
      memory = Table(dump.memory, total: dump.memorySize)
      reserved = Table(dump.reserved, total: dump.reservedSize)
    }
    affinities = log.affinities.map {
      Affinity(
        node: $0.node, domain: $0.domain, start: Words.hex($0.start), last: Words.hex($0.last),
        isHotPluggable: $0.isHotPluggable)
    }
    nodeRanges = log.nodeRanges.map {
      Range(node: $0.node, start: Words.hex($0.start), last: Words.hex($0.last))
    }
    zones = log.zones.map { zone in
      Zone(
        name: zone.name, start: zone.range.map { Words.hex($0.lowerBound) },
        last: zone.range.map { Words.hex($0.upperBound) })
    }
    totals = input.totalsByType.reduce(into: [:]) { $0[$1.name] = Words.hex($1.bytes) }
  }
}

extension MachineReport.Table {
  init(_ regions: [LoggedRegion], total: UInt64?) {
    self.regions = regions.map { region in
      MachineReport.Region(
        start: Words.hex(region.start), last: Words.hex(region.last),
        size: Words.hex(region.size), node: region.node,
        flags: "0x" + String(region.flags, radix: 16))
    }
    self.total = Words.hex(total ?? regions.reduce(0) { $0 &+ $1.size })
  }
}

extension LogFiles {
  /// The bytes of each type in the firmware's map, in the order in which the types appear.
  var totalsByType: [(name: String, bytes: UInt64)] {
    guard let source = log.firmwareSource else { return [] }
    var totals: [(name: String, bytes: UInt64)] = []
    for entry in log.map(source) {
      let name = entry.typeName(by: source)
      if let index = totals.firstIndex(where: { $0.name == name }) {
        totals[index].bytes &+= entry.size
      } else {
        totals.append((name, entry.size))
      }
    }
    return totals
  }
}
