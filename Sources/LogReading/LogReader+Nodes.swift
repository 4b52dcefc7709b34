/// Nodes and zones.
extension LogReader {
  /// Reads the lines of SRAT: `SRAT: Node 0 PXM 0 [mem 0x…-0x…] hotplug` and `SRAT: PXM 0 ->
  /// APIC 0x00 -> Node 0`.
  mutating func readSRAT(_ line: LineScanner) -> Bool {
    var rest = line
    _ = rest.skip("ACPI: ")
    guard rest.skip("SRAT: ") else { return false }
    if rest.skip("Node ") {
      let expected = "expected 'SRAT: Node N PXM N [mem 0xSTART-0xLAST]'"
      guard let node = rest.decimal(), node < 1024, rest.skip(" PXM "),
        let domain = rest.decimal().flatMap({ UInt32(exactly: $0) }), rest.skip(" "),
        let range = rest.bracketedRange() ?? rest.oldAffinity(), !range.isReversed
      else { return note(expected, in: line) }
      let isHotPluggable = rest.skipPast("hotplug")
      log.affinities.append(
        LoggedAffinity(
          node: Int(node), domain: domain, start: range.first, last: range.last,
          isHotPluggable: isHotPluggable, isNonVolatile: rest.skipPast("non-volatile"),
          line: kept(line)))
      return count(.srat)
    }
    if rest.skip("PXM "), let domain = rest.decimal().flatMap({ UInt32(exactly: $0) }),
      rest.skip(" -> APIC "), let apic = rest.hex().flatMap({ UInt32(exactly: $0) }),
      rest.skip(" -> Node "), let node = rest.decimal(), node < 1024
    {
      log.processors.append(
        LoggedProcessor(domain: domain, apic: apic, node: Int(node), line: kept(line)))
      return count(.srat)
    }
    return true
  }

  /// Reads node ranges, zone ranges and per-node data.
  mutating func readNodes(_ line: LineScanner) -> Bool {
    var rest = line
    if rest.skip("NODE_DATA(") {
      guard let node = rest.decimal(), node < 1024, rest.skip(") allocated "),
        let range = rest.bracketedRange(), !range.isReversed
      else { return note("expected 'NODE_DATA(N) allocated [mem 0xSTART-0xLAST]'", in: line) }
      log.nodeData.append(
        LoggedNodeRange(node: Int(node), start: range.first, last: range.last, line: kept(line)))
      return count(.nodesAndZones)
    }
    if rest.skip("No NUMA configuration found") || rest.skip("NUMA turned off") {
      log.nodeFallback = kept(line)
      return true
    }
    if rest.skip("node ") {
      rest.skipSpaces()
      guard let node = rest.decimal(), node < 1024, rest.skip(": [") else { return false }
      rest.position -= 1
      guard let range = rest.bracketedRange(), !range.isReversed
      else { return note("expected 'node N: [mem 0xSTART-0xLAST]'", in: line) }
      log.nodeRanges.append(
        LoggedNodeRange(node: Int(node), start: range.first, last: range.last, line: kept(line)))
      return count(.nodesAndZones)
    }
    return readOldNodeRange(line) || readZone(line)
  }

  /// Reads `    0: 0x00000001 -> 0x0000009f`, frame numbers, as Linux 2.6 to 3.4 print them.
  private mutating func readOldNodeRange(_ line: LineScanner) -> Bool {
    var rest = line
    guard let node = rest.decimal(), node < 1024, rest.skip(": "),
      let range = rest.frameRange()
    else { return false }
    log.nodeRanges.append(
      LoggedNodeRange(node: Int(node), start: range.first, last: range.last, line: kept(line)))
    return count(.nodesAndZones)
  }

  /// Reads `  DMA32    [mem 0x…-0x…]`, `  Normal   empty`, and the old form in frame numbers.
  private mutating func readZone(_ line: LineScanner) -> Bool {
    var rest = line
    let name: String
    if rest.skip("DMA32 ") {
      name = "DMA32"
    } else if rest.skip("DMA ") {
      name = "DMA"
    } else if rest.skip("Normal ") {
      name = "Normal"
    } else if rest.skip("HighMem ") {
      name = "HighMem"
    } else if rest.skip("Movable ") {
      name = "Movable"
    } else if rest.skip("Device ") {
      name = "Device"
    } else {
      return false
    }
    rest.skipSpaces()
    var range: ClosedBytes?
    if !rest.skip("empty") {
      range = rest.bracketedRange() ?? rest.frameRange()
      guard range != nil else { return false }
    }
    guard rest.isAtEnd, range?.isReversed != true else { return false }
    log.zones.append(
      LoggedZone(
        name: name, range: range.flatMap { $0.first <= $0.last ? $0.first...$0.last : nil },
        line: kept(line)))
    return count(.nodesAndZones)
  }

  /// Reads what a log says of the machine in general.
  mutating func readGeneral(_ line: LineScanner) -> Bool {
    var rest = line
    if rest.skip("Linux version ") {
      beginBoot()
      let start = rest.position
      while rest.next != 0x20, !rest.isAtEnd { rest.position += 1 }
      log.kernelVersion = LogLine(
        file: file, number: lineNumber,
        text: String(rest.bytes.extracting(start..<rest.position)))
      return true
    }
    if rest.skip("Kernel command line: ") || rest.skip("Command line: ") {
      log.commandLine = kept(rest)
      return true
    }
    if rest.skip("last_pfn = ") {
      if log.lastFrame == nil { log.lastFrame = rest.hex() }
      return true
    }
    if rest.skip("RAMDISK: "), let range = rest.bracketedRange(), !range.isReversed {
      log.ramDisk = LoggedRange(start: range.first, last: range.last, type: 2, line: kept(line))
      return true
    }
    return false
  }
}

extension LineScanner {
  /// Reads a range of frame numbers, `0x00000001 -> 0x0000009f`, as bytes.
  mutating func frameRange() -> ClosedBytes? {
    let start = position
    if let first = prefixedHex(), skip(" -> "), let end = prefixedHex(), first < 1 << 52,
      end < 1 << 52, first <= end
    {
      return ClosedBytes(first: first << 12, last: end << 12 &- 1)
    }
    position = start
    return nil
  }

  /// Reads the range of SRAT as Linux 2.6 prints it: `100000-80000000`, its end past the last.
  mutating func oldAffinity() -> ClosedBytes? {
    let start = position
    if let first = hex(), skip("-"), let end = hex(), end > first {
      return ClosedBytes(first: first, last: end - 1)
    }
    position = start
    return nil
  }
}
