import Addressing
import LogReading
import Memblock

/// The log's dumps: the first is where a replay begins, the others are what it must come to.
extension DebugLogReplay {
  /// Makes memblock's tables those of a dump.
  mutating func load(_ dump: MemblockDump) throws(Difference) {
    guard dump.isComplete else {
      throw Difference(
        file: dump.file, lineNumber: dump.lineNumber, text: "this dump is cut off")
    }
    guard dump.memory.count <= 128, dump.reserved.count < 128 else {
      throw Difference(
        file: dump.file, lineNumber: dump.lineNumber,
        text: "a replay can't begin with a dump of more than 128 regions, because tables have grown"
      )
    }
    do throws(MemblockError) {
      for region in dump.memory {
        try memblock.add(
          region.range, node: region.nodeID ?? .unset, flags: RegionFlags(rawValue: region.flags))
      }
      for region in dump.reserved {
        let none: NodeID = memblock.rules.marksKernelReservations ? .none : .unset
        try memblock.reserve(
          region.range, node: region.nodeID ?? none, flags: RegionFlags(rawValue: region.flags))
      }
    } catch {
      throw Difference(
        file: dump.file, lineNumber: dump.lineNumber,
        text: "this dump can't be taken over: \(error)")
    }
    trimmed = (dump.memorySize ?? 0) &- memblock.memorySize
  }

  /// Compares memblock's tables with those of a dump.
  func compare(with dump: MemblockDump) throws(Difference) {
    let tables = MemblockTables(memblock)
    let problem =
      Self.difference("memory", dump.memory, tables.memory)
      ?? Self.difference("reserved", dump.reserved, tables.reserved)
      ?? Self.difference("memory size", dump.memorySize, tables.memorySize &+ trimmed)
      ?? Self.difference("reserved size", dump.reservedSize, tables.reservedSize)
    guard let problem else { return }
    throw Difference(file: dump.file, lineNumber: dump.lineNumber, text: problem)
  }

  private static func difference(
    _ name: String, _ logged: UInt64?, _ found: UInt64
  ) -> String? {
    guard let logged, logged != found else { return nil }
    return "\(name): Linux has 0x\(String(logged, radix: 16)), "
      + "the replay 0x\(String(found, radix: 16))"
  }

  private static func difference(
    _ table: String, _ logged: [LoggedRegion], _ found: [Region]
  ) -> String? {
    for index in 0..<max(logged.count, found.count) {
      let left = index < logged.count ? text(logged[index]) : "no more"
      let right = index < found.count ? text(found[index]) : "no more"
      if left != right {
        return "\(table)[\(index)]: Linux has \(left), the replay \(right)"
      }
    }
    return nil
  }

  private static func text(_ region: LoggedRegion) -> String {
    text(region.start, region.last, region.node, region.flags)
  }

  private static func text(_ region: Region) -> String {
    text(
      region.base.value, region.base.value &+ region.size &- 1,
      region.node.isValid ? Int(region.node.value) : nil, region.flags.rawValue)
  }

  private static func text(_ start: UInt64, _ last: UInt64, _ node: Int?, _ flags: UInt32) -> String
  {
    "[0x\(String(start, radix: 16))-0x\(String(last, radix: 16))]"
      + (node.map { " on node \($0)" } ?? "") + " flags 0x\(String(flags, radix: 16))"
  }
}

extension LoggedRegion {
  fileprivate var range: AddressRange {
    AddressRange(at: PhysicalAddress(start), size: last &- start &+ 1)
  }

  fileprivate var nodeID: NodeID? { node.map { NodeID(Int32($0)) } }
}
