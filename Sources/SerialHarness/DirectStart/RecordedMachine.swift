/// A real machine's memory, as the log of its Linux tells it, to boot a kernel with.
///
/// The firmware's map is handed to the kernel as it was, and SRAT as far as Linux printed it. All
/// that the map calls usable or ACPI's is RAM of QEMU's machine; where it has a hole, that machine
/// may have RAM that the map does not name. Nothing is kept from the host's memory before it is
/// touched, so that a map with terabytes starts like any other.
public struct RecordedMachine: Sendable {
  /// Why a log can't be booted with.
  public struct Problem: Error, CustomStringConvertible, Sendable {
    /// One line that names what is wrong.
    public var description: String
  }

  /// A range of SRAT.
  struct Affinity: Hashable, Sendable {
    var node: Int
    var domain: UInt32
    var range: ClosedRange<UInt64>
    var isHotPluggable: Bool
  }

  /// The firmware's map; of a log without one, the ranges of its nodes as usable memory.
  public let map: [MemoryLog.MapEntry]
  /// SRAT's ranges.
  let affinities: [Affinity]

  /// Reads a log's lines.
  public init(lines: [String]) throws(Problem) {
    let log = MemoryLog(lines: lines)
    let ranges = log.nodeRanges.map { MemoryLog.MapEntry(range: $0.range, type: "usable") }
    map = log.maps["BIOS-e820"] ?? ranges
    affinities = lines.compactMap(Affinity.init)
    for entry in map where Self.number(of: entry.type) == nil {
      throw Problem(description: "the map's type \(entry.type.debugDescription) is not known")
    }
    let needed = Place.kernel...Place.end - 1
    guard map.contains(where: { $0.type == "usable" && $0.range.contains(needed) }) else {
      throw Problem(
        description: "the map has no usable memory from 2 to 7 MiB, where the kernel is put")
    }
  }

  /// Where the pieces are put, apart from the kernel itself.
  private enum Place {
    static let kernel: UInt64 = 0x200000
    static let symbols: UInt32 = 0x400000
    static let information: UInt32 = 0x500000
    static let tables: UInt32 = 0x600000
    static let end: UInt64 = 0x700000
  }

  /// The number of a type in E820's entries, by Linux's word for it; `nil` for an unknown word.
  private static func number(of type: String) -> UInt32? {
    switch type {
    case "usable": 1
    case "reserved": 2
    case "ACPI data": 3
    case "ACPI NVS": 4
    case "unusable": 5
    case _ where type.hasPrefix("type "): UInt32(type.dropFirst(5))
    default: nil
    }
  }
}

extension RecordedMachine {
  /// The machine, with a kernel that is started as a Multiboot2 loader would.
  public func machine(starting kernel: KernelELF, commandLine: String = "") -> Machine {
    var information = Multiboot2TagList()
    information.tags = [
      .commandLine(commandLine), .loaderName("a recorded map"),
      .memoryMap(
        map.map { entry in
          Multiboot2TagList.MapEntry(
            start: entry.range.lowerBound,
            length: entry.range.upperBound - entry.range.lowerBound + 1,
            type: Self.number(of: entry.type) ?? 2)
        }),
    ]
    let symbols = kernel.symbols(at: Place.symbols)
    information.tags.append(symbols.tag)
    var pieces = symbols.pieces
    if !affinities.isEmpty {
      let image = ACPITableImage([table], at: Place.tables)
      information.tags.append(.acpiRoot(image.rootPointer))
      pieces.append(Machine.DirectStart.Piece(at: Place.tables, image.bytes))
    }
    var start = Machine.DirectStart(
      multiboot2: kernel, information: information, at: Place.information)
    start.pieces += pieces

    var machine = Machine(start: .direct(start))
    setMemory(of: &machine)
    return machine
  }

  /// As much memory as makes all RAM of the map be there. QEMU's memory ends at one place below
  /// 4 GiB and goes on at 4 GiB. With PCI that place is at most 3 GiB if it does go on.
  private func setMemory(of machine: inout Machine) {
    let border: UInt64 = 1 << 32
    let ends = map.filter { ["usable", "ACPI data", "ACPI NVS"].contains($0.type) }
      .map { $0.range.upperBound + 1 }
    let mebibyte: UInt64 = 1 << 20
    let low = ((ends.filter { $0 <= border }.max() ?? 0) + mebibyte - 1) & ~(mebibyte - 1)
    let high = ((ends.max() ?? 0) + mebibyte - 1) & ~(mebibyte - 1)
    machine.board = low > 3 << 30 ? .isapc : .pc
    // QEMU leaves a hole below 1 TiB, where AMD's processors have their interconnect.
    if high > 0xfd_0000_0000 { machine.processor = "max,vendor=GenuineIntel" }
    let split = max(low, 3 << 30)
    guard high > border else {
      machine.memory = MemorySize(bytes: low)
      machine.arguments = ["-machine", "max-ram-below-4g=\(border)"]
      return
    }
    machine.memory = MemorySize(bytes: split + high - border)
    machine.arguments = ["-machine", "max-ram-below-4g=\(split)"]
  }

  /// SRAT with its ranges (ACPI 6.5, section 5.2.16). Nodes are numbered in the order in which their
  /// domains appear, processors first: each node has one, in the order of the log's numbers.
  private var table: Machine.ACPITable {
    var body: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    var unused: UInt32 = 0
    for node in 0...(affinities.map(\.node).max() ?? 0) {
      while affinities.contains(where: { $0.domain == unused }) { unused += 1 }
      let domain = affinities.first { $0.node == node }?.domain
      body += [2, 24, 0, 0]
      body.append(little: domain ?? unused)
      body.append(little: UInt32(node))
      body.append(1, 0, 0)
      if domain == nil { unused += 1 }
    }
    for affinity in affinities {
      body += [1, 40]
      body.append(little: affinity.domain)
      body += [0, 0]
      body.append(little: affinity.range.lowerBound)
      body.append(little: affinity.range.upperBound - affinity.range.lowerBound + 1)
      body.append(0, affinity.isHotPluggable ? 3 : 1, 0, 0)
    }
    return Machine.ACPITable("SRAT", revision: 3, body: body)
  }
}

extension RecordedMachine.Affinity {
  /// Reads `SRAT: Node 0 PXM 0 [mem 0x…-0x…] hotplug`, wherever in the line it starts.
  init?(line: String) {
    let affinity =
      #/SRAT: Node (\d+) PXM (\d+) \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]( hotplug)?/#
    guard let found = line.firstMatch(of: affinity), let node = Int(found.1), node < 1024,
      let domain = UInt32(found.2), let first = UInt64(found.3, radix: 16),
      let last = UInt64(found.4, radix: 16), first <= last
    else { return nil }
    self.init(
      node: node, domain: domain, range: first...last, isHotPluggable: found.5 != nil)
  }
}
