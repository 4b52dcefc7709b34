import Addressing
import Firmware
import LogReading
import Memblock

/// What Linux does to memblock without a line of its own.
extension DebugLogReplay {
  /// The place of the line after which nodes are set; `nil` where the log has none.
  var nodeLine: (Int, Int)? {
    let lines = [log.affinities.last?.line, log.nodeFallback].compactMap { $0 }
    return lines.map { ($0.file, $0.number) }.max { $0 < $1 }
  }

  /// Sets the nodes by the log's SRAT, as `numa_init` does, or one node for all.
  mutating func setNodes() throws(Difference) {
    nodesAreSet = true
    var map = MemoryMap()
    var lines = ReplayLog()
    let bytes = Array((log.commandLine?.text ?? "").utf8)
    let options = BootOptions(reading: bytes.span.raw, applyingTo: &map, log: &lines)
    let end = memblock.endOfMemory ?? .zero
    do throws(MemblockError) {
      var tables = ACPITables()
      if !options.isACPIOff, let root = ACPIRootPointer.search(through: window) {
        tables.read(from: root, through: window, log: &lines)
      }
      var topology = NUMATopology()
      var emulation = NodeEmulation()
      try topology.initialize(
        memblock: &memblock, tables: tables, options: options,
        endOfRAM: PageFrameNumber(containing: end), emulation: &emulation, log: &lines)
    } catch {
      let line = nodeLine ?? (0, 0)
      throw Difference(
        file: line.0, lineNumber: line.1, text: "setting nodes: memblock here answers \(error)")
    }
  }
}
