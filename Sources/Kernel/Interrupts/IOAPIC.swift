import Addressing
import Firmware
import X86

/// A controller that delivers the lines of devices to the processors' local APICs (Intel 82093AA
/// data sheet).
struct IOAPIC {
  /// Where its registers are mapped.
  private let registers: UInt64

  /// The global system interrupts of its pins.
  let interrupts: Range<UInt32>

  private static let version: UInt32 = 0x01
  private static let firstEntry: UInt32 = 0x10
  private static let isMasked: UInt32 = 1 << 16

  /// Takes over a controller, with every pin masked; `nil` where none can be there: it can't be
  /// mapped, does not answer, or has interrupts that there are no numbers for.
  init?(_ controller: ACPIInterruptTable.Controller) {
    let memory = AddressRange(at: controller.registers, size: 0x20)
    guard let mapped = AddressSpace.mapForever(memory) else { return nil }
    registers = mapped.value
    writeRegister32(registers, Self.version)
    let answer = readRegister32(registers + 0x10)
    let count = (answer >> 16 & 0xff) + 1
    let end = controller.firstInterrupt.addingReportingOverflow(count)
    guard answer != .max, answer != 0, !end.overflow else { return nil }
    interrupts = controller.firstInterrupt..<end.partialValue
    for pin in 0..<count { write(Self.firstEntry + 2 * pin, Self.isMasked) }
  }

  /// Has a pin raise a vector on one processor.
  func connect(_ source: ACPIInterruptSource, to vector: UInt8, on processor: UInt32) {
    let entry = Self.firstEntry + 2 * (source.number - interrupts.lowerBound)
    write(entry + 1, processor << 24)
    let mode: UInt32 = (source.isActiveLow ? 1 << 13 : 0) | (source.isLevelTriggered ? 1 << 15 : 0)
    write(entry, UInt32(vector) | mode)
  }

  /// Masks a pin.
  func disconnect(_ number: UInt32) {
    write(Self.firstEntry + 2 * (number - interrupts.lowerBound), Self.isMasked)
  }

  private func write(_ index: UInt32, _ value: UInt32) {
    writeRegister32(registers, index)
    writeRegister32(registers + 0x10, value)
  }
}
