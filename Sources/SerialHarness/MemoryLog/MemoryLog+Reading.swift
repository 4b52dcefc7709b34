extension MemoryLog {
  /// Takes a line for what it is; each kind of line knows itself by its first words.
  mutating func read(_ line: Substring) {
    if line.hasPrefix("MEMBLOCK configuration:") {
      dumps.append(Dump())
    } else if line.hasPrefix(" ") {
      if !dumps.isEmpty { dumps[dumps.count - 1].read(line) }
      readZone(line)
      readNodeRange(line)
      readMovableStart(line)
      readPresentPages(line)
    } else {
      readFreeBlocks(line)
      readMapEntry(line)
      readZoneInformation(line)
      readDistances(line)
    }
  }

  private mutating func readMapEntry(_ line: Substring) {
    let entry =
      #/
      (?<prefix>[A-Za-z0-9-]+):\ \[mem\ 0x(?<first>[0-9a-f]+)-0x(?<last>[0-9a-f]+)\]
      \ +(?<type>.+)
      /#
    guard let found = line.wholeMatch(of: entry),
      let range = hexadecimalRange(found.first, found.last)
    else { return }
    maps[String(found.prefix), default: []].append(
      MapEntry(range: range, type: Self.type(found.type)))
  }

  /// Linux 7.0 and newer have other words for three types.
  private static func type(_ words: Substring) -> String {
    switch words {
    case "System RAM": "usable"
    case "device reserved": "reserved"
    default: String(words.replacing("persistent RAM (", with: "persistent ("))
    }
  }

  private mutating func readZone(_ line: Substring) {
    let zone =
      #/  (?<name>[A-Z][A-Za-z0-9]*) +(?:empty|\[mem 0x(?<first>[0-9a-f]+)-0x(?<last>[0-9a-f]+)\])/#
    guard let found = line.wholeMatch(of: zone) else { return }
    let range =
      if let first = found.first, let last = found.last {
        hexadecimalRange(first, last)
      } else {
        nil as ClosedRange<UInt64>?
      }
    zones.append(ZoneRange(zone: String(found.name), range: range))
  }

  private mutating func readNodeRange(_ line: Substring) {
    let nodeRange = #/  node +(?<node>\d+): \[mem 0x(?<first>[0-9a-f]+)-0x(?<last>[0-9a-f]+)\]/#
    guard let found = line.wholeMatch(of: nodeRange), let node = Int(found.node),
      let range = hexadecimalRange(found.first, found.last)
    else { return }
    nodeRanges.append(NodeRange(node: node, range: range))
  }

  private mutating func readMovableStart(_ line: Substring) {
    guard let found = line.wholeMatch(of: #/  Node (\d+): 0x([0-9a-f]+)/#), let node = Int(found.1)
    else { return }
    movableStarts[node] = UInt64(found.2, radix: 16)
  }

  private mutating func readZoneInformation(_ line: Substring) {
    guard let found = line.wholeMatch(of: #/Node (\d+), zone +([A-Za-z0-9]+)/#),
      let node = Int(found.1)
    else { return }
    zoneInformation = (node, String(found.2))
  }

  private mutating func readDistances(_ line: Substring) {
    guard let found = line.wholeMatch(of: #/Node (\d+) distances:((?: +\d+)+) */#),
      let node = Int(found.1)
    else { return }
    distances[node] = found.2.split(separator: " ").compactMap { UInt64($0) }
  }

  private mutating func readPresentPages(_ line: Substring) {
    guard let found = line.wholeMatch(of: #/ +present +(\d+)/#), let count = UInt64(found.1),
      let (node, zone) = zoneInformation, count > 0
    else { return }
    presentPages.append(PresentPages(node: node, zone: zone, count: count))
  }

  private mutating func readFreeBlocks(_ line: Substring) {
    guard let found = line.wholeMatch(of: #/Node (\d+), zone +([A-Za-z0-9]+)((?: +\d+)+) */#),
      let node = Int(found.1)
    else { return }
    freeBlocks.append(
      FreeBlocks(
        node: node, zone: String(found.2),
        counts: found.3.split(separator: " ").compactMap { UInt64($0) }))
  }
}

extension MemoryLog.Dump {
  mutating func read(_ line: Substring) {
    let sizes = #/ memory size = 0x([0-9a-f]+) reserved size = 0x([0-9a-f]+)/#
    let count = #/ (?<table>[a-z]+)\.cnt  = 0x(?<count>[0-9a-f]+)/#
    if let found = line.wholeMatch(of: sizes) {
      memorySize = UInt64(found.1, radix: 16) ?? 0
      reservedSize = UInt64(found.2, radix: 16) ?? 0
    } else if let found = line.wholeMatch(of: count) {
      counts[String(found.table)] = UInt64(found.count, radix: 16)
    } else {
      readRegion(line)
    }
  }

  private mutating func readRegion(_ line: Substring) {
    let region =
      #/
      \ (?<table>[a-z]+)\[0x[0-9a-f]+\]\t
      \[0x(?<first>[0-9a-f]+)-0x(?<last>[0-9a-f]+)\],\ 0x[0-9a-f]+\ bytes
      (?:\ on\ node\ (?<node>\d+))?\ flags:\ 0x(?<flags>[0-9a-f]+)
      /#
    guard let found = line.wholeMatch(of: region),
      let range = hexadecimalRange(found.first, found.last)
    else { return }
    regions[String(found.table), default: []].append(
      MemoryLog.Region(
        range: range, node: found.node.flatMap { Int($0) },
        flags: UInt64(found.flags, radix: 16) ?? 0))
  }
}

private func hexadecimalRange(_ first: Substring, _ last: Substring) -> ClosedRange<UInt64>? {
  guard let first = UInt64(first, radix: 16), let last = UInt64(last, radix: 16), first <= last
  else { return nil }
  return first...last
}
