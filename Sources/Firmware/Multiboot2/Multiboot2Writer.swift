import Addressing
import EFI
import LoaderInformation
import MemoryMap

/// Writes boot information for a kernel that is to be started (Multiboot2, section 3), tag by tag, into
/// physical memory.
///
/// ```swift
/// var writer = Multiboot2Writer(in: room, through: window)
/// writer.write(commandLine: line)
/// writer.write(machineOf: information)
/// let written = writer.finish()
/// ```
public struct Multiboot2Writer {
  private let memory: AddressRange
  private let window: PhysicalMemoryWindow
  private var next: UInt64 = 8
  private var tag: UInt64 = 8

  /// Information without tags, at an address that is a multiple of 8.
  public init(in memory: AddressRange, through window: PhysicalMemoryWindow) {
    self.memory = memory
    self.window = window
  }

  /// Ends the information.
  ///
  /// - Returns: Its bytes; `nil` where there was too little room.
  public mutating func finish() -> AddressRange? {
    begin(Multiboot2TagType.end)
    end()
    guard next <= memory.size, next <= UInt64(UInt32.max) else { return nil }
    window.store(next, at: memory.start)
    return AddressRange(at: memory.start, size: next)
  }

  /// Writes the kernel's command line.
  public mutating func write(commandLine: borrowing RawSpan) {
    begin(Multiboot2TagType.commandLine)
    write(text: commandLine)
    end()
  }

  /// Writes a module, which must be below 4 GiB.
  public mutating func write(module: AddressRange, text: borrowing RawSpan) {
    begin(Multiboot2TagType.module)
    write(UInt32(truncatingIfNeeded: module.start.value))
    write(UInt32(truncatingIfNeeded: module.end.value))
    write(text: text)
    end()
  }

  /// Writes section headers, each changed by a function that gives the address of its content.
  ///
  /// - Parameters:
  ///   - headers: As the ELF file has them, 64 bytes each.
  ///   - nameSection: The number of the section with the names.
  ///   - address: Gives the address of a section by its number; `nil` leaves the header alone.
  public mutating func write(
    sections headers: PhysicalBytes, nameSection: UInt32, address: (Int) -> PhysicalAddress?
  ) {
    let size = 64
    begin(Multiboot2TagType.elfSections)
    write(UInt32(headers.count / size))
    write(UInt32(size))
    write(nameSection)
    for index in 0..<headers.count / size {
      let header = headers.part(index * size..<(index + 1) * size)
      write(header.part(0..<16))
      write(address(index)?.value ?? header.littleEndian(UInt64.self, at: 16) ?? 0)
      write(header.part(24..<size))
    }
    end()
  }

  /// Writes what somebody was told of the machine: its memory map, screen, EFI and ACPI. Not what belongs to
  /// the kernel that was told: command line, loader's name, modules, sections.
  public mutating func write(machineOf information: LoaderInformation) {
    if let basic = information.basicMemory {
      begin(Multiboot2TagType.basicMemory)
      write(UInt32(truncatingIfNeeded: basic.lowerSize >> 10))
      write(UInt32(truncatingIfNeeded: basic.upperSize >> 10))
      end()
    }
    if let map = information.memoryMap {
      begin(Multiboot2TagType.memoryMap)
      write(UInt32(24))
      write(UInt32(0))
      map.forEach { range in
        write(range.start)
        write(range.size)
        write(UInt64(range.type.rawValue))
      }
      end()
    }
    if let screen = information.framebuffer { write(screen) }
    if let table = information.efiSystemTable {
      begin(Multiboot2TagType.efiSystemTable64)
      write(table.value)
      end()
    }
    if let map = information.efiMemoryMap {
      begin(Multiboot2TagType.efiMemoryMap)
      write(UInt32(truncatingIfNeeded: map.descriptorSize))
      write(UInt32(1))
      if let bytes = PhysicalBytes(map.memory, in: window) { write(bytes) }
      end()
    }
    write(information.acpiOldRootPointer, as: Multiboot2TagType.acpiOld)
    write(information.acpiRootPointer, as: Multiboot2TagType.acpiNew)
  }

  private mutating func write(_ screen: Framebuffer) {
    begin(Multiboot2TagType.framebuffer)
    write(screen.address.value)
    write(screen.pitch)
    write(screen.width)
    write(screen.height)
    write(screen.bitsPerPixel)
    switch screen.kind {
    case .indexed: write(UInt8(0))
    case .rgb: write(UInt8(1))
    case .text: write(UInt8(2))
    case .other(let number): write(number)
    }
    write(UInt16(0))
    let colors: InlineArray<3, Framebuffer.ColorField> = [screen.red, screen.green, screen.blue]
    for index in colors.indices {
      write(colors[index].position)
      write(colors[index].size)
    }
    end()
  }

  private mutating func write(_ pointer: PhysicalBytes?, as type: UInt32) {
    guard let pointer else { return }
    begin(type)
    write(pointer)
    end()
  }

  // ---- Bytes ----

  private mutating func begin(_ type: UInt32) {
    tag = next
    write(type)
    write(UInt32(0))
  }

  /// Writes the size of the tag into it, and zeros up to where the next one may start.
  private mutating func end() {
    let size = next - tag
    while next % 8 != 0 { write(UInt8(0)) }
    guard next <= memory.size else { return }
    window.store(UInt32(truncatingIfNeeded: size), at: memory.start + tag + 4)
  }

  private mutating func write(text: borrowing RawSpan) {
    for offset in text.byteOffsets { write(text[byteAt: offset]) }
    write(UInt8(0))
  }

  private mutating func write(_ bytes: PhysicalBytes) {
    for offset in 0..<bytes.count { write(bytes.littleEndian(UInt8.self, at: offset) ?? 0) }
  }

  private mutating func write(_ number: some FixedWidthInteger & UnsignedInteger) {
    for shift in 0..<number.bitWidth / 8 { write(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
  }

  /// Writes a byte where there is room; beyond it counts.
  private mutating func write(_ byte: UInt8) {
    if next < memory.size { window.store(byte, at: memory.start + next) }
    next += 1
  }
}
