import Addressing
import Firmware
import Memblock
import PageAllocator
import SimulatedMemory
import Zones

/// A machine as the firmware modules see it: a memory map, ACPI tables and BIOS data in
/// simulated memory, and a kernel somewhere.
final class TestMachine {
  /// The kernel's image and other things that are reserved.
  var kernel = AddressRange(at: PhysicalAddress(0x100_0000), size: 0x2c1_1000)
  var modules: [AddressRange] = []
  var commandLine = ""
  var firmwareMap: [MemoryMap.Entry] = []
  var basicMemory: (UInt32, UInt32)?
  var tables: [[UInt8]] = []

  /// What was printed, step by step.
  private(set) var log = TextLog()
  /// Memblock's state, as Linux dumps it, before and after nodes were set.
  private(set) var dumpBefore: [String] = []
  private(set) var dumpAfter: [String] = []
  private(set) var entriesAfter: [MemoryMap.Entry] = []
  private(set) var memory: [Region] = []
  private(set) var distances: [[UInt8]] = []
  /// Whether allocations go upwards in the end.
  private(set) var isBottomUp: Bool?
  /// Zones and node ranges, as Linux prints them.
  private(set) var zoneLines: [String] = []

  private let low = SimulatedMemory(at: 0, size: 1 << 20)

  private let rules: LinuxRules

  init(_ map: [MemoryMap.Entry] = [], rules: LinuxRules = .newest) {
    firmwareMap = map
    self.rules = rules
  }

  private var bootInformation: [UInt8] {
    var builder = Multiboot2Builder()
    builder.string(1, commandLine)
    if !firmwareMap.isEmpty {
      builder.memoryMap(firmwareMap.map { ($0.start.value, $0.size, $0.type.rawValue) })
    }
    if let basicMemory {
      builder.tag(
        4, Multiboot2Builder.little(basicMemory.0) + Multiboot2Builder.little(basicMemory.1))
    }
    for module in modules {
      builder.module(UInt32(module.start.value), UInt32(module.end.value), "module")
    }
    return builder.finished()
  }

  /// Does with the firmware's reports what the kernel does, in the same order.
  func boot() throws {
    let bytes = bootInformation
    low.placeACPI(tables)
    let held = SimulatedMemory(bytes, at: 0x80_0000)
    let information = try LoaderInformation(multiboot2: held.bytes, log: &log)
    var memblock = Memblock()
    memblock.rules = rules
    try memblock.reserveForKernel(kernel)
    try memblock.reserveLowMemory()
    try memblock.reserveModules(of: information)
    try memblock.reserveBIOSRegions(through: low.window)
    var map = MemoryMap()
    map.rules = rules == .linux6_12 ? .linux6 : .linux7
    let (options, end) = map.setUp(
      from: information, kernel: kernel, kernelOptions: "console panic nokaslr", log: &log)
    memblock.apply(options)
    // Until all RAM is mapped, tables can only grow into the first MiB.
    memblock.currentLimit = low.range.end
    memblock.allowResize(through: low.window)
    try memblock.addRAM(of: map, information, log: &log)
    entriesAfter = entries(of: map)
    var dump = TextLog()
    memblock.dump(to: &dump)
    dumpBefore = dump.lines
    try memblock.reserveFirstMebibyte()
    var topology = NUMATopology()
    var emulation = NodeEmulation()
    var tables = ACPITables()
    try topology.findNodes(
      of: &memblock, information, options, endOfRAM: end, tables: &tables, through: low.window,
      emulation: &emulation, log: &log)
    dump = TextLog()
    memblock.dump(to: &dump)
    dumpAfter = dump.lines
    memory = memblock.memory.indices.map { memblock.memory[$0] }
    isBottomUp = memblock.isBottomUp
    var nodes: [NodeID] = []
    var next = topology.possibleNodes.first
    while let node = next {
      nodes.append(node)
      next = topology.possibleNodes.next(after: node)
    }
    distances = nodes.map { from in nodes.map { topology.distance(from: from, to: $0) } }
    zoneLines = try layOutZones(options, onlineNodes: nodes)
  }

  /// What the page allocator makes of memory and nodes.
  private func layOutZones(_ options: BootOptions, onlineNodes: [NodeID]) throws -> [String] {
    let room = SimulatedMemory(
      at: 0x1000, size: Int(ZoneLayout.storageSize(forRegions: memory.count)))
    func amount(_ amount: BootOptions.Amount) -> MovableOptions.Amount {
      switch amount {
      case .size(let bytes): .bytes(bytes)
      case .percent(let percent): .percent(percent)
      }
    }
    let movable = MovableOptions(
      kernelCore: options.kernelCore.map(amount), movableCore: options.movableCore.map(amount),
      isKernelCoreMirrored: options.isKernelCoreMirrored,
      isHotplugMovable: options.isNodeMovable)
    let layout = try ZoneLayout(
      ofRegions: memory.count, options: movable, in: room.window, at: room.range.start
    ) { index in
      let region = memory[index]
      return LayoutRegion(
        region.range, node: region.node,
        isHotPluggable: region.flags.contains(.hotplug),
        isMirrored: region.flags.contains(.mirror))
    }
    var text = TextLog()
    layout.write(to: &text) { onlineNodes.contains($0) }
    return text.lines
  }

  /// The lines of the log that start with one of `prefixes`.
  func lines(_ prefixes: String...) -> [String] {
    log.lines.filter { line in prefixes.contains { line.hasPrefix($0) } }
  }

  /// The lines about `memory` of a dump, but not the one with the total sizes.
  static func memoryLines(_ dump: [String]) -> [String] {
    dump.filter { $0.hasPrefix(" memory[") || $0.hasPrefix(" memory.") }
  }
}
