/// The tables of a memblock. The package's trait `WithoutPhysmem` leaves the third out.
@frozen
public enum RegionType: Sendable {
  /// The memory that the kernel may use.
  case memory

  /// The parts of the address space that are taken.
  case reserved

  #if !WithoutPhysmem
    /// The memory that is there, whatever limits were set.
    case physmem
  #endif

  /// Linux's name for the table, as in its dumps.
  public var name: StaticString {
    switch self {
    case .memory: "memory"
    case .reserved: "reserved"
    #if !WithoutPhysmem
      case .physmem: "physmem"
    #endif
    }
  }

  #if WithoutPhysmem
    static var all: InlineArray<2, RegionType> { [.reserved, .memory] }
  #else
    static var all: InlineArray<3, RegionType> { [.reserved, .memory, .physmem] }
  #endif
}
