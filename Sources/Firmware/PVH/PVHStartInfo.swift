import Addressing

/// What a PVH loader tells (Xen, `struct hvm_start_info` in
/// xen/include/public/arch-x86/hvm/start_info.h): where in memory the rest of it is.
public struct PVHStartInfo: Sendable, Equatable {
  /// A list in memory: where its first entry is, and how many there are.
  public struct List: Sendable, Equatable {
    /// The physical address of the first entry.
    public let address: PhysicalAddress
    /// The number of entries.
    public let count: UInt32
  }

  /// The first word of every start info.
  public static var magic: UInt32 { 0x336e_c578 }
  /// How many bytes are read: those of version 1.
  public static var size: UInt64 { 56 }

  /// The modules: entries of 32 bytes.
  public let modules: List
  /// The command line, which ends in a zero byte; 0 where there is none.
  public let commandLine: PhysicalAddress
  /// ACPI's root pointer; 0 where the loader knows of none.
  public let rootPointer: PhysicalAddress
  /// The memory map: entries of 24 bytes, with the types of E820.
  public let memoryMap: List

  /// Reads the start info at the start of `bytes`.
  ///
  /// - Throws: the rule that it breaks.
  public init(reading bytes: RawSpan) throws(PVHProblem) {
    func word(_ offset: Int) -> UInt32 { bytes.littleEndian(at: offset) ?? 0 }
    func address(_ offset: Int) -> PhysicalAddress {
      PhysicalAddress(bytes.littleEndian(at: offset) ?? 0)
    }
    guard bytes.byteCount >= Self.size else { throw .tooShort }
    guard word(0) == Self.magic else { throw .magic }
    guard word(4) >= 1 else { throw .noMemoryMap }
    modules = List(address: address(16), count: word(12))
    commandLine = address(24)
    rootPointer = address(32)
    memoryMap = List(address: address(40), count: word(48))
  }
}

/// A rule that a start info breaks.
public enum PVHProblem: Error, Sendable {
  /// It passes the end of what can be seen.
  case tooShort
  /// Its first word is another.
  case magic
  /// It is of version 0, which has no memory map.
  case noMemoryMap

  /// The rule in words, for the log.
  public var text: String {
    switch self {
    case .tooShort: "it must lie where the kernel can see it, with all of its 56 bytes"
    case .magic: "its first word must be 0x336ec578"
    case .noMemoryMap: "it must be of version 1 or later, which has a memory map"
    }
  }
}
