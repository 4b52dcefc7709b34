import Addressing

/// A rule that a ``PreservationTable`` breaks.
public enum PreservationRule: Sendable {
  /// The magic number.
  case magic
  /// The version.
  case version
  /// The length.
  case length
  /// The check sum.
  case checkSum
  /// The generation.
  case generation
  /// There is no scratch memory.
  case scratch
  /// An entry's kind.
  case kind
  /// An entry's address and size.
  case range
  /// An entry's place among the others.
  case order
  /// An entry's flags.
  case flags
  /// An entry's node.
  case node
  /// An entry's name.
  case name
  /// The number of names of `reserve_mem=`.
  case names
  /// An entry's range is not of whole pages.
  case pages
  /// An entry's range is not RAM.
  case notRAM
  /// An entry's range is used by this boot.
  case inUse

  /// The rule in words, for the log.
  public var text: String {
    switch self {
    case .magic: "its magic number must be \"nextkern\""
    case .version: "its version must be 1"
    case .length: "its length must be that of whole entries and fit in its memory"
    case .checkSum: "its check sum must be that of its words"
    case .generation: "its generation must not be 0"
    case .scratch: "it must name scratch memory"
    case .kind: "the kind must be 1 to 5"
    case .range: "the size must not be 0, nor pass the end of the address space"
    case .order: "the kinds must ascend, and the ranges without overlaps"
    case .flags: "the flags must be memblock's, and only of a region"
    case .node: "the node must be memblock's, and only of a region"
    case .name: "the name must have 1 to 15 bytes, only of what is kept, and in reserve_mem= once"
    case .names: "reserve_mem= must have no more names than memblock has room for"
    case .pages: "the range must be whole pages"
    case .notRAM: "the range must be RAM by the firmware's map, and scratch memory in reach"
    case .inUse: "the range must not hold this kernel or what was loaded with it"
    }
  }
}

/// Where a ``PreservationTable`` breaks a rule.
public enum PreservationViolation: Error, Sendable {
  /// In its header, or as a whole.
  case table(PreservationRule)
  /// In the entry of that index, with its range as far as it can be read.
  case entry(Int, AddressRange, PreservationRule)

  /// The rule.
  public var rule: PreservationRule {
    switch self {
    case .table(let rule), .entry(_, _, let rule): rule
    }
  }

  /// Writes what is broken, without ending the line: `entry 3 [mem 0x…-0x…]: the range must be …`.
  public func write(to log: inout some TextSink & ~Copyable) {
    if case .entry(let index, let range, _) = self {
      log.write("entry ")
      log.write(decimal: UInt64(index))
      log.write(" ")
      log.write(memory: range)
      log.write(": ")
    }
    log.write(rule.text)
  }
}
