/// What memory is used for, as a picture of it tells apart.
///
/// The order is that in which a picture stacks them, from the top down.
public enum MemoryCategory: UInt8, Sendable {
  /// There is no memory.
  case hole
  /// The firmware keeps it.
  case firmware
  /// The kernel's image.
  case kernel
  /// Page tables.
  case pageTables
  /// The page allocator's records, and the boot log.
  case metadata
  /// Reserved at boot for anything else.
  case reserved
  /// Allocated from the page allocator.
  case allocated
  /// Free pages.
  case free

  /// All of them, in their order.
  public static var all: InlineArray<8, MemoryCategory> {
    [.hole, .firmware, .kernel, .pageTables, .metadata, .reserved, .allocated, .free]
  }

  /// The word for it in a legend.
  public var name: String {
    switch self {
    case .hole: "hole"
    case .firmware: "firmware"
    case .kernel: "kernel"
    case .pageTables: "page tables"
    case .metadata: "metadata"
    case .reserved: "reserved"
    case .allocated: "allocated"
    case .free: "free"
    }
  }

  /// Its colour: told apart by lightness too, for those who can't tell colours apart
  /// (Okabe and Ito, "Color Universal Design", 2008).
  public var color: PixelColor {
    switch self {
    case .hole: PixelColor(red: 40, green: 40, blue: 40)
    case .firmware: PixelColor(red: 213, green: 94, blue: 0)
    case .kernel: PixelColor(red: 204, green: 121, blue: 167)
    case .pageTables: PixelColor(red: 240, green: 228, blue: 66)
    case .metadata: PixelColor(red: 86, green: 180, blue: 233)
    case .reserved: PixelColor(red: 230, green: 159, blue: 0)
    case .allocated: PixelColor(red: 0, green: 114, blue: 178)
    case .free: PixelColor(red: 0, green: 158, blue: 115)
    }
  }
}

/// How many bytes of a range are put to each use.
public struct MemoryAmounts: Sendable {
  private var bytes = InlineArray<8, UInt64>(repeating: 0)

  /// Nothing of any use.
  public init() {}

  /// The bytes of one use.
  public subscript(use: MemoryCategory) -> UInt64 {
    get { bytes[Int(use.rawValue)] }
    set { bytes[Int(use.rawValue)] = newValue }
  }
}
