import Addressing
import Boot
import X86

/// A step of the boot, for whoever sees a machine stop: the last line on its screen, and the code on
/// port 0x80, which many boards show in digits of their own.
///
/// The assembly's steps come first (layout.h): 1 the kernel is entered, 2 the processor is one that
/// it can run on, 3 the first page tables are built.
enum BootStep: UInt8 {
  case controllers = 0x10
  case loaderInformation = 0x11
  case memoryMap = 0x12
  case nodes = 0x13
  case pageTables = 0x14
  case earlyStructures = 0x15
  case pageAllocator = 0x16
  case heap = 0x17
  case program = 0x18
  case end = 0x1f

  private var name: String {
    switch self {
    case .controllers: "interrupt controllers, machine checks"
    case .loaderInformation: "what the boot loader tells"
    case .memoryMap: "the memory map"
    case .nodes: "ACPI's tables, nodes"
    case .pageTables: "page tables of the kernel's own"
    case .earlyStructures: "structures for the page allocator"
    case .pageAllocator: "the page allocator"
    case .heap: "the heap"
    case .program: "the program"
    case .end: "the end"
    }
  }

  /// The code of the step that is under way.
  private static var code = UInt8(STEP_TABLES_BUILT)

  /// Says that the step begins.
  func begin() {
    Self.code = rawValue
    Self.delay()
    console.write("Step ")
    console.write(hex: UInt64(rawValue), digits: 2)
    console.write(": ")
    console.write(name)
    console.write("\n")
  }

  /// Waits for about a microsecond, as old devices need: a write to port 0x80 takes that long. It
  /// writes the code that is there already.
  static func delay() { outputByte(code, toPort: UInt16(STEP_PORT)) }
}
