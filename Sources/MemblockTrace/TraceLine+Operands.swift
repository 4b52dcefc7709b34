import Addressing
import Memblock

/// What an operation reads its arguments as.
extension TraceLine {
  /// Arguments 0 and 1 as a base and a size.
  var range: AddressRange {
    AddressRange(at: PhysicalAddress(argument(0)), size: argument(1))
  }

  func node(_ index: Int) -> NodeID {
    NodeID(Int32(truncatingIfNeeded: argument(index, otherwise: .max)))
  }

  func flags(_ index: Int) -> RegionFlags {
    RegionFlags(rawValue: UInt32(truncatingIfNeeded: argument(index)))
  }

  var isOn: Bool { argument(0) != 0 }

  /// The bytes of the name that argument `index` stands for: its decimal digits.
  func name(_ index: Int) -> [UInt8] { Array(String(argument(index)).utf8) }

  /// Argument 2 as the lower bound of an allocation.
  var minimum: PhysicalAddress { PhysicalAddress(argument(2)) }

  /// Argument 3 as its upper bound.
  var maximum: PhysicalAddress? { PhysicalAddress(linuxUpperBound: argument(3)) }
}
