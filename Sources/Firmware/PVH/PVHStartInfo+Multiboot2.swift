import Addressing

extension PVHStartInfo {
  /// The longest command line, in bytes.
  private static var longestLine: UInt64 { 32 * 1024 }

  /// Gathers what the start info leads to as Multiboot2 boot information, which lies in one piece
  /// and is out of harm's way. O(n) in bytes.
  ///
  /// What can't be seen through the window, or has no room, is left out, with a line.
  ///
  /// - Parameters:
  ///   - room: Where to put it; aligned to 8 bytes.
  ///   - window: Shows `room`, and what the start info leads to.
  ///   - log: Takes the lines.
  /// - Returns: where the information is.
  public func writeMultiboot2(
    into room: AddressRange, through window: PhysicalMemoryWindow,
    log: inout some TextSink & ~Copyable
  ) -> AddressRange {
    var writer = Multiboot2Writer(into: room, through: window)
    func leaveOut(_ what: String, _ why: String) {
      log.write("PVH start info: ")
      log.write(what)
      log.write(why)
      log.write("\n")
    }
    // Before all that may be too long: without a map there is nothing to boot with.
    if let entries = Self.range(of: memoryMap, entrySize: 24, in: window) {
      if !writer.append(type: Multiboot2TagType.memoryMap, [24, 0], bytes: entries) {
        leaveOut("the memory map", " has too many entries and is left out")
      }
    } else {
      leaveOut("the memory map", " is not where it can be seen")
    }
    if rootPointer.value != 0, !append(rootPointer, to: &writer, through: window) {
      leaveOut("ACPI's root pointer", " is not where it can be seen")
    }
    if commandLine.value != 0 {
      if let line = Self.string(at: commandLine, in: window) {
        if !writer.append(type: Multiboot2TagType.commandLine, bytes: line, zeros: 1) {
          leaveOut("the command line", " has no room and is left out")
        }
      } else {
        leaveOut("the command line", " does not end within 32 KiB and is left out")
      }
    }
    if let entries = Self.range(of: modules, entrySize: 32, in: window) {
      for index in 0..<UInt64(modules.count) {
        if !Self.append(module: entries.start + 32 * index, to: &writer, through: window) {
          leaveOut("a module", " above 4 GiB, or with too long a line, is left out")
        }
      }
    } else {
      leaveOut("the list of modules", " is not where it can be seen")
    }
    return writer.finish()
  }

  private func append(
    _ rootPointer: PhysicalAddress, to writer: inout Multiboot2Writer,
    through window: PhysicalMemoryWindow
  ) -> Bool {
    // Revision 0 has 20 bytes, those from 2 on have 36 (ACPI 6.5, section 5.2.5.3).
    guard Self.bytes(at: rootPointer, count: 20, in: window) != nil else { return false }
    let revision = window.load(UInt8.self, at: rootPointer + 15)
    if revision < 2 {
      return writer.append(
        type: Multiboot2TagType.acpiOld, bytes: AddressRange(at: rootPointer, size: 20))
    }
    guard let bytes = Self.bytes(at: rootPointer, count: 36, in: window) else { return false }
    return writer.append(type: Multiboot2TagType.acpiNew, bytes: bytes)
  }

  /// A module's entry: address, size and command line, of 64 bits each.
  private static func append(
    module entry: PhysicalAddress, to writer: inout Multiboot2Writer,
    through window: PhysicalMemoryWindow
  ) -> Bool {
    let (start, size, line) = window.withBytes(of: AddressRange(at: entry, size: 32)) { bytes in
      (
        bytes.littleEndian(UInt64.self, at: 0) ?? 0, bytes.littleEndian(UInt64.self, at: 8) ?? 0,
        bytes.littleEndian(UInt64.self, at: 16) ?? 0
      )
    }
    guard start <= UInt32.max, size <= UInt64(UInt32.max) - start else { return false }
    let place: InlineArray<2, UInt32> = [UInt32(start), UInt32(start + size)]
    guard line != 0 else {
      return writer.append(type: Multiboot2TagType.module, place, zeros: 1)
    }
    guard let text = string(at: PhysicalAddress(line), in: window) else { return false }
    return writer.append(type: Multiboot2TagType.module, place, bytes: text, zeros: 1)
  }

  /// The bytes of a list; `nil` where the window does not show all of them.
  private static func range(
    of list: List, entrySize: UInt64, in window: PhysicalMemoryWindow
  ) -> AddressRange? {
    list.count == 0
      ? AddressRange(at: window.range.start, size: 0)
      : bytes(at: list.address, count: UInt64(list.count) * entrySize, in: window)
  }

  private static func bytes(
    at address: PhysicalAddress, count: UInt64, in window: PhysicalMemoryWindow
  ) -> AddressRange? {
    guard window.range.contains(address), window.range.end - address >= count else { return nil }
    return AddressRange(at: address, size: count)
  }

  /// The bytes of a string before its zero byte; `nil` where that does not come.
  private static func string(
    at address: PhysicalAddress, in window: PhysicalMemoryWindow
  ) -> AddressRange? {
    guard window.range.contains(address) else { return nil }
    let limit = Swift.min(longestLine, window.range.end - address)
    for count in 0..<limit where window.load(UInt8.self, at: address + count) == 0 {
      return AddressRange(at: address, size: count)
    }
    return nil
  }
}
