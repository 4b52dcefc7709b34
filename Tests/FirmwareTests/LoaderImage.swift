import Addressing
import Firmware
import SimulatedMemory

/// Writes what a boot loader leaves into simulated memory, piece by piece from low to high.
struct LoaderImage {
  let memory: SimulatedMemory
  private var next: UInt64

  /// An image in the memory from 4 KiB into it on: nothing lies at address 0.
  init(_ memory: SimulatedMemory) {
    self.memory = memory
    next = memory.range.start.value + 0x1000
  }

  /// Writes bytes at a multiple of 16; returns where.
  mutating func put(_ bytes: [UInt8]) -> UInt64 {
    let address = next.alignedUp(to: 16)
    memory.put(bytes, at: address)
    next = address + UInt64(bytes.count)
    return address
  }

  /// Writes a text and its zero byte; returns where.
  mutating func text(_ text: String) -> UInt64 { put(Array(text.utf8) + [0]) }

  /// The bytes of numbers of 64 bits.
  static func words(_ words: UInt64...) -> [UInt8] {
    words.flatMap { Multiboot2Builder.little($0) }
  }
}

/// What a loader says, the same whichever it is.
struct LoaderMachine {
  var commandLine = "mem=128M"
  /// Start, size and type by E820's numbers.
  var map: [(UInt64, UInt64, UInt32)] = [
    (0, 0x9_fc00, 1), (0x10_0000, 0x0ff0_0000, 1), (0x1000_0000, 0x1000, 3),
    (0x1000_1000, 0x1000, 4), (0x1000_2000, 0x1000, 5), (0xf000_0000, 0x1000, 2),
    (0x1_0000_0000, 0x1000_0000, 1),
  ]
  var modules: [(start: UInt64, size: UInt64, text: String)] = [(0x400_0000, 0x1234, "first a=1")]
  var rootPointer = ACPIBuilder.rootPointer(rsdt: 0x1234, xsdt: 0x5678)
}

/// What came of it, in a form that can be compared.
struct ReadLoader {
  let contents: LoaderInformation
  var log = TextLog()

  init(_ read: (inout TextLog) throws -> LoaderInformation) rethrows {
    contents = try read(&log)
  }

  static func text(_ bytes: PhysicalBytes?) -> String? {
    bytes?.withBytes { span in
      String(decoding: span.byteOffsets.map { span[byteAt: $0] }, as: UTF8.self)
    }
  }

  var commandLine: String? { Self.text(contents.commandLine) }

  var map: [[UInt64]] {
    var map: [[UInt64]] = []
    contents.memoryMap?.forEach { map.append([$0.start, $0.size, UInt64($0.type.rawValue)]) }
    return map
  }

  var modules: [String] {
    var modules: [String] = []
    contents.modules?.forEach {
      modules.append("\($0.range.start.value) \($0.range.size) \(Self.text($0.commandLine) ?? "-")")
    }
    return modules
  }

  var structures: [AddressRange] {
    var structures: [AddressRange] = []
    contents.structures?.forEach { if !$0.isEmpty { structures.append($0) } }
    return structures
  }
}

/// What `machine` says, as ``ReadLoader`` has it.
func mapRows(_ machine: LoaderMachine) -> [[UInt64]] {
  machine.map.map { [$0.0, $0.1, UInt64($0.2)] }
}
