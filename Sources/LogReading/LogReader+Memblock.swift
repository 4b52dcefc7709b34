/// Memblock's dumps and what `memblock=debug` logs.
extension LogReader {
  mutating func readMemblock(_ line: LineScanner) -> Bool {
    var rest = line
    if rest.skip("MEMBLOCK configuration:") {
      log.dumps.append(
        MemblockDump(
          operationsBefore: log.operations.count, file: file, lineNumber: lineNumber))
      return count(.memblockDump)
    }
    if rest.skip("Memory: ") {
      log.memoryTotal = kept(line)
      return true
    }
    if rest.skip("memory") { return readDump(rest, .memory, whole: line) }
    if rest.skip("reserved") { return readDump(rest, .reserved, whole: line) }
    if rest.skip("physmem") { return readDump(rest, .physmem, whole: line) }
    if rest.skip("__") {
      // From 6.16 on all reservations are made by this function.
      var name = rest
      if name.skip("memblock_reserve:") { log.marksKernelReservations = true }
    }
    if rest.skip("memblock") { return readOperation(rest, whole: line) }
    return false
  }

  /// Reads a line of a dump after the table's name.
  private mutating func readDump(
    _ line: LineScanner, _ table: MemblockDump.Table, whole: LineScanner
  ) -> Bool {
    var rest = line
    let last = log.dumps.count - 1
    if rest.skip(" size = 0x") {
      rest.position -= 2
      guard last >= 0, let memory = rest.prefixedHex(), rest.skip(" reserved size = "),
        let reserved = rest.prefixedHex()
      else {
        return note("expected ' memory size = 0x… reserved size = 0x…' within a dump", in: whole)
      }
      log.dumps[last].memorySize = memory
      log.dumps[last].reservedSize = reserved
      return count(.memblockDump)
    }
    if rest.skip(".cnt  = ") {
      guard last >= 0, let number = rest.prefixedHex(), number < 1 << 32
      else { return note("expected ' memory.cnt  = 0xCOUNT' within a dump", in: whole) }
      switch table {
      case .memory: log.dumps[last].memoryCount = Int(number)
      case .reserved: log.dumps[last].reservedCount = Int(number)
      case .physmem: break
      }
      return count(.memblockDump)
    }
    guard rest.skip("[") else { return false }
    let expected = "expected 'memory[0xN] [0xSTART-0xLAST], 0xSIZE bytes flags: 0xF' within a dump"
    guard last >= 0, let index = rest.prefixedHex(), rest.skip("]") else {
      return note(expected, in: whole)
    }
    rest.skipSpaces()
    guard rest.skip("["), let range = rest.hexRange(), !range.isReversed, rest.skip("], "),
      let size = rest.prefixedHex(), size == range.last &- range.first &+ 1, rest.skip(" bytes")
    else { return note(expected, in: whole) }
    var node: Int?
    if rest.skip(" on node ") {
      node = rest.skip("-1") ? nil : rest.decimal().flatMap { Int(exactly: $0) }
    }
    var flags: UInt32 = 0
    if rest.skip(" flags: ") {
      guard let value = rest.prefixedHex().flatMap({ UInt32(exactly: $0) })
      else { return note(expected, in: whole) }
      flags = value
    }
    let region = LoggedRegion(start: range.first, last: range.last, node: node, flags: flags)
    guard log.dumps[last].append(region, at: index, to: table) else {
      return note("expected region \(table) 0x\(String(index, radix: 16)) in its order", in: whole)
    }
    return count(.memblockDump)
  }

  /// Reads `memblock_reserve: [0x…-0x…] caller+0x…/0x…`, `memblock_alloc_try_nid: 4096 bytes
  /// align=0x40 nid=0 from=0x… max_addr=0x… caller+0x…`, `memblock_alloc_hugetlb: 2097152 bytes,
  /// nid=0, exact_nid=1 caller+0x…` and `memblock: reserved is doubled to 256 at [0x…-0x…]`.
  private mutating func readOperation(
    _ line: LineScanner, whole: LineScanner
  ) -> Bool {
    var rest = line
    let start = whole.position
    while rest.next != UInt8(ascii: ":") {
      guard rest.next > 0x20 else { return false }
      rest.position += 1
    }
    let function = log.names.number(of: rest.bytes.extracting(start..<rest.position))
    rest.position += 1
    rest.skipSpaces()
    var operation = LoggedOperation(
      kind: .other, function: function, caller: 0, node: -1, file: UInt32(file),
      lineNumber: UInt32(lineNumber), first: 0, second: 0, minimum: 0, maximum: 0)
    if line.next == UInt8(ascii: ":") {
      guard rest.skipPast(" is doubled to ") else { return false }
      guard rest.skipPast("at "), rest.skip("["), let range = rest.hexRange() else {
        return note("expected 'memblock: TABLE is doubled to N at [0xSTART-0xLAST]'", in: whole)
      }
      operation.kind = .doubled
      (operation.first, operation.second) = (range.first, range.last)
    } else if rest.skip("[") {
      guard let range = rest.hexRange(), !range.isReversed, rest.skip("]") else {
        return note("expected '[0xSTART-0xLAST]' after the function's name", in: whole)
      }
      var name = line
      operation.kind = name.operationKind()
      (operation.first, operation.second) = (range.first, range.last)
      rest.skipSpaces()
      // Until 4.13 the flags of the region stand before the caller; `nid=` where a node is set.
      if rest.skip("flags ") { _ = rest.hex() }
      rest.skipSpaces()
      if rest.skip("nid=") { operation.node = rest.node() }
      if rest.skip(" flags=") {
        guard let flags = rest.hex().flatMap({ UInt16(exactly: $0) }) else {
          return note("expected 'nid=N flags=F' after the range", in: whole)
        }
        operation.flags = flags
      }
    } else {
      let expected =
        "expected 'SIZE bytes align=0x… nid=N from=0x… max_addr=0x…' after the function's name"
      guard let size = rest.decimal(), rest.skip(" bytes") else {
        return isKnownAllocation(line) ? note(expected, in: whole) : false
      }
      operation.kind = .allocate
      var name = line
      if name.skip("_alloc_hugetlb:") {
        guard rest.skip(", nid=") else { return note(Self.hugePage, in: whole) }
        operation.node = rest.node()
        guard rest.skip(", exact_nid="), let exact = rest.decimal(), exact < 2
        else { return note(Self.hugePage, in: whole) }
        operation.isNodeExact = exact == 1
        (operation.first, operation.second) = (size, size)
      } else {
        guard rest.skip(" align="), let alignment = rest.hex() else {
          return isKnownAllocation(line) ? note(expected, in: whole) : false
        }
        (operation.first, operation.second) = (size, alignment)
        operation.isNodeExact = name.skip("_alloc_exact_nid_raw:")
        if rest.skip(" nid=") { operation.node = rest.node() }
        guard rest.skip(" from="), let from = rest.hex(), rest.skip(" max_addr="),
          let maximum = rest.hex()
        else { return note(expected, in: whole) }
        (operation.minimum, operation.maximum) = (from, maximum)
      }
    }
    rest.skipSpaces()
    operation.caller = log.names.number(
      of: rest.bytes.extracting(rest.position..<rest.bytes.count))
    log.operations.append(operation)
    return count(.memblockDebug)
  }

  /// The form of the one allocation that is logged in other words.
  private static let hugePage =
    "expected 'SIZE bytes, nid=N, exact_nid=0|1' after the function's name"

  private func isKnownAllocation(_ line: LineScanner) -> Bool {
    var rest = line
    return rest.skip("_alloc") || rest.skip("_phys_alloc") || rest.skip("_virt_alloc")
  }
}

extension MemblockDump {
  /// Adds a region, which must be the next of its table.
  fileprivate mutating func append(
    _ region: LoggedRegion, at index: UInt64, to table: Table
  ) -> Bool {
    switch table {
    case .memory:
      guard index == UInt64(memory.count) else { return false }
      memory.append(region)
    case .reserved:
      guard index == UInt64(reserved.count) else { return false }
      reserved.append(region)
    case .physmem:
      guard index == UInt64(physmem.count) else { return false }
      physmem.append(region)
    }
    return true
  }
}

extension LineScanner {
  /// What an operation with a range does, by the name after `memblock`.
  fileprivate mutating func operationKind() -> LoggedOperation.Kind {
    if skip("_add_node:") { return .addNode }
    if skip("_add:") || skip("_add_range:") { return .add }
    if skip("_remove:") { return .remove }
    if skip("_reserve:") { return .reserve }
    if skip("_free:") || skip("_phys_free:") { return .free }
    if skip("_set_node:") { return .setNode }
    return .other
  }

  /// Reads a node's number, which may be −1.
  fileprivate mutating func node() -> Int32 {
    if skip("-1") { return -1 }
    return decimal().flatMap { Int32(exactly: $0) } ?? -1
  }
}
