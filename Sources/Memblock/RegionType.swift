/// The three tables of a memblock.
@frozen
public enum RegionType: Sendable {
  /// The memory that the kernel may use.
  case memory

  /// The parts of the address space that are taken.
  case reserved

  /// The memory that is there, whatever limits were set.
  case physmem

  /// Linux's name for the table, as in its dumps.
  public var name: String {
    switch self {
    case .memory: "memory"
    case .reserved: "reserved"
    case .physmem: "physmem"
    }
  }
}
