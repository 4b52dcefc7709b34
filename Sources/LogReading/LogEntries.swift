/// A line of a log.
public struct LogLine: Sendable, Equatable {
  /// Which of the files it is in, counting from 0.
  public var file: Int
  /// Its number in the file, counting from 1.
  public var number: Int
  /// What it says, without the time and the host before it.
  public var text: String
}

/// An entry of a map of physical memory, as a line of the log has it.
public struct LoggedRange: Sendable, Equatable {
  /// The address of its first byte.
  public var start: UInt64
  /// The address of its last byte: `start` − 1 for an entry of no bytes.
  public var last: UInt64
  /// The type by the number that E820 and ACPI give it (ACPI 6.5, table 15.3), or EFI's
  /// number in EFI's map (UEFI 2.10, section 7.2).
  public var type: UInt32
  /// EFI's attributes, where the map is EFI's and the line has them.
  public var attributes: UInt64 = 0
  /// The line that says so.
  public var line: LogLine
}

/// Who describes memory.
public enum MapSource: Int, CaseIterable, Sendable {
  /// The firmware, by E820: `BIOS-e820:`.
  case e820
  /// What Linux made of it by the command line: `user:`.
  case user
  /// What Linux made of it otherwise: `modified:`.
  case modified
  /// The map with the set-up data that the loader left: `reserve setup_data:`.
  case setupData
  /// Xen's hypervisor.
  case xen
  /// A Multiboot loader, GRUB's `lsmmap` or Limine.
  case loader
  /// EFI.
  case efi
  /// A running Linux: `/proc/iomem`.
  case iomem
  /// A running Linux: `lsmem`.
  case lsmem

  /// The name before the colon in Linux's lines, or what comes nearest.
  public var name: String {
    switch self {
    case .e820: "BIOS-e820"
    case .user: "user"
    case .modified: "modified"
    case .setupData: "reserve setup_data"
    case .xen: "Xen"
    case .loader: "boot loader"
    case .efi: "efi"
    case .iomem: "iomem"
    case .lsmem: "lsmem"
    }
  }
}

/// `e820: update [mem …] usable ==> reserved`, or `e820: remove [mem …] usable`.
public struct MapEdit: Sendable, Equatable {
  /// The address of the first byte.
  public var start: UInt64
  /// The address of the last byte.
  public var last: UInt64
  /// The line that says so.
  public var line: LogLine
}

/// A range of memory that belongs to a node.
public struct LoggedNodeRange: Sendable, Equatable {
  /// The node as Linux numbers it.
  public var node: Int
  /// The address of the first byte.
  public var start: UInt64
  /// The address of the last byte.
  public var last: UInt64
  /// The line that says so.
  public var line: LogLine
}

/// A memory affinity entry of SRAT.
public struct LoggedAffinity: Sendable, Equatable {
  /// The node as Linux numbers it.
  public var node: Int
  /// The proximity domain.
  public var domain: UInt32
  /// The address of the first byte.
  public var start: UInt64
  /// The address of the last byte.
  public var last: UInt64
  /// Whether the line says `hotplug`.
  public var isHotPluggable: Bool
  /// Whether the line says `non-volatile`.
  public var isNonVolatile: Bool
  /// The line that says so.
  public var line: LogLine
}

/// A processor affinity entry of SRAT: `SRAT: PXM 0 -> APIC 0x00 -> Node 0`.
public struct LoggedProcessor: Sendable, Equatable {
  /// The proximity domain.
  public var domain: UInt32
  /// The processor by the number of its interrupt controller.
  public var apic: UInt32
  /// The node as Linux numbers it.
  public var node: Int
  /// The line that says so.
  public var line: LogLine
}

/// A zone's range of memory; no range where it is empty.
public struct LoggedZone: Sendable, Equatable {
  /// The name as Linux prints it.
  public var name: String
  /// The first and the last byte.
  public var range: ClosedRange<UInt64>?
  /// The line that says so.
  public var line: LogLine
}

/// A region in a dump of memblock's tables.
public struct LoggedRegion: Sendable, Equatable {
  /// The address of the first byte.
  public var start: UInt64
  /// The address of the last byte.
  public var last: UInt64
  /// The node; `nil` where none is set.
  public var node: Int?
  /// Memblock's flags, as Linux numbers them.
  public var flags: UInt32
}

/// A dump of memblock's tables.
public struct MemblockDump: Sendable, Equatable {
  /// The table of a region.
  enum Table: Sendable { case memory, reserved, physmem }

  /// Where it begins, as the number of operations that were logged before it.
  public var operationsBefore: Int
  /// Which of the files it is in, counting from 0.
  public var file: Int
  /// Its line in the file, counting from 1.
  public var lineNumber: Int
  /// The total that the dump gives for `memory`, in bytes.
  public var memorySize: UInt64?
  /// The total that the dump gives for `reserved`, in bytes.
  public var reservedSize: UInt64?
  /// The regions of `memory`.
  public var memory: [LoggedRegion] = []
  /// The regions of `reserved`.
  public var reserved: [LoggedRegion] = []
  /// The regions of `physmem`, where there are any.
  public var physmem: [LoggedRegion] = []
  /// The number of regions that the dump says `memory` has; `nil` without that line.
  public var memoryCount: Int?
  /// The number of regions that the dump says `reserved` has.
  public var reservedCount: Int?

  /// Whether all is there that the dump says it has.
  public var isComplete: Bool {
    memorySize != nil && memoryCount == memory.count && reservedCount == reserved.count
  }
}

/// An operation that `memblock=debug` logged.
public struct LoggedOperation: Sendable, Equatable {
  /// What an operation does.
  public enum Kind: UInt8, Sendable {
    /// The function of that name.
    case add, remove, reserve, free, addNode, setNode
    /// A request; the address it got is in the `reserve` that follows.
    case allocate
    /// `memblock: reserved is doubled to 256 at [0x…-0x…]`.
    case doubled
    /// Another `memblock_…:` line with a range.
    case other
  }

  /// What the operation does.
  public var kind: Kind
  /// Whether an allocation prefers failing to memory of another node.
  public var isNodeExact = false
  /// Memblock's flags that a range gets, as Linux numbers them.
  public var flags: UInt16 = 0
  /// The number of the function's name among ``BootLog/names``.
  public var function: UInt32
  /// The number of the caller among ``BootLog/names``.
  public var caller: UInt32
  /// The node as Linux numbers it.
  public var node: Int32
  /// Which of the files it is in, counting from 0.
  public var file: UInt32
  /// Its line in the file, counting from 1.
  public var lineNumber: UInt32
  /// First byte, or the size of an allocation.
  public var first: UInt64
  /// Last byte, or the alignment of an allocation.
  public var second: UInt64
  /// The bounds of an allocation.
  public var minimum: UInt64
  /// The end of what it may have; 0 for the current limit.
  public var maximum: UInt64
}

/// A line that claims to be of a form and is not.
public struct LogProblem: Sendable, Equatable {
  /// The line that says so.
  public var line: LogLine
  /// What the form asks for.
  public var expected: String
}
