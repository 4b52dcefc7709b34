import SerialHarness

/// A machine that both kernels boot, and the command line that both are given.
struct ComparedMachine: Sendable {
  /// What the report calls it.
  var name: String
  /// The machine; what it starts is filled in for each kernel.
  var machine: Machine
  /// The kernel's command line.
  var commandLine: String

  /// A machine described by what differs from 1 GiB on a PC with BIOS.
  init(
    _ name: String, _ board: Machine.Board = .pc, _ memory: String = "1G",
    firmware: Machine.Firmware = .bios, commandLine: String = "",
    nodes: [Machine.Node] = [], processors: Int = 1, table: AffinityTable? = nil,
    arguments: [String] = []
  ) {
    var machine = Machine(start: .disks)
    machine.accelerator = .tcg
    machine.board = board
    machine.firmware = firmware
    machine.processor = "qemu64"
    machine.processorCount = processors
    machine.nodes = nodes
    machine.memory =
      nodes.isEmpty
      ? Self.size(memory)
      : MemorySize(bytes: nodes.reduce(0) { $0 + ($1.memory?.bytes ?? 0) })
    machine.acpiTables = table.map { [$0.table] } ?? []
    machine.arguments = arguments
    self.name = name
    self.machine = machine
    self.commandLine = commandLine
  }

  private static func size(_ text: String) -> MemorySize {
    guard let size = MemorySize(text) else { fatalError("not a size of memory: \(text)") }
    return size
  }
}

extension Machine.Node {
  /// A node with memory, and perhaps processors.
  init(_ memory: String?, _ processors: [Int] = [], _ distances: [UInt8] = []) {
    self.init(
      memory: memory.flatMap { MemorySize($0) }, processors: processors, distances: distances)
  }
}
