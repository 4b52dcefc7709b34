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
  case handOver = 0x16
  case heap = 0x17
  case pageAllocator = 0x18
  case processors = 0x19
  case program = 0x1a
  case end = 0x1b

  private var name: String {
    switch self {
    case .controllers: "interrupt controllers, machine checks"
    case .loaderInformation: "what the boot loader tells"
    case .memoryMap: "the memory map"
    case .nodes: "ACPI's tables, nodes"
    case .pageTables: "page tables of the kernel's own"
    case .earlyStructures: "structures for the page allocator"
    case .handOver: "free memory to the page allocator"
    case .heap: "the heap"
    case .pageAllocator: "page allocator and heap are ready, and tried"
    case .processors: "the other processors"
    case .program: "the program"
    case .end: "the end"
    }
  }

  /// The code of the step that is under way.
  @safe nonisolated(unsafe) private static var code = UInt8(STEP_TABLES_BUILT)

  /// The time-stamp counter's ticks from the entry to the beginning of each step; 0 for one that has
  /// not begun. Under QEMU's `-icount shift=0` they are instructions, the same number each time.
  @safe nonisolated(unsafe) private static var beginnings = InlineArray<12, UInt64>(repeating: 0)

  /// Says that the step begins, and when: on the screen too, which shows nothing between two steps.
  func begin() {
    let ticks = readTimeStampCounter() &- TimeStampClock.start
    Self.code = rawValue
    Self.beginnings[Int(rawValue - BootStep.controllers.rawValue)] = ticks
    Self.delay()
    console.write("Step ")
    console.write(hex: UInt64(rawValue), digits: 2)
    console.write(": ")
    console.write(name)
    console.write(", after ")
    console.write(decimal: ticks)
    console.write(" ticks\n")
    console.updateScreen()
  }

  /// Writes a line for each step that has begun: the ticks since the entry, and since the step before.
  static func writeTimes() {
    var last: UInt64 = 0
    for index in beginnings.indices where beginnings[index] > 0 {
      guard let step = BootStep(rawValue: controllers.rawValue + UInt8(index)) else { return }
      console.write(decimal: beginnings[index], width: 14)
      console.write("  +")
      console.write(decimal: beginnings[index] - last)
      console.write("  ")
      console.write(step.name)
      console.write("\n")
      last = beginnings[index]
    }
  }

  /// Waits for about a microsecond, as old devices need: a write to port 0x80 takes that long. It
  /// writes the code that is there already.
  static func delay() { outputByte(code, toPort: UInt16(STEP_PORT)) }
}
