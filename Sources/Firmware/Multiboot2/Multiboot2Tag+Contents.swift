import Addressing
import EFI
import LoaderInformation

/// The tags that hold more than a string or a number. `bytes` is all of the information, which the
/// tag is a part of.
extension Multiboot2Tag {
  /// A module (Multiboot2, section 3.6.6).
  func module(of bytes: PhysicalBytes) throws(Multiboot2Violation) -> LoaderModule {
    let start: UInt32 = try field(at: 8)
    let end: UInt32 = try field(at: 12)
    guard start <= end else { throw violation(of: .moduleUpsideDown) }
    let range = AddressRange(
      from: PhysicalAddress(UInt64(start)), to: PhysicalAddress(UInt64(end)))
    return LoaderModule(range, commandLine: bytes.part(try string(from: 16)))
  }

  /// What the BIOS counts (Multiboot2, section 3.6.4).
  var basicMemory: BasicMemory {
    get throws(Multiboot2Violation) {
      BasicMemory(lowerKiB: try field(at: 8), upperKiB: try field(at: 12))
    }
  }

  /// The memory map (Multiboot2, section 3.6.8): base, length, type, each entry 24 bytes or more.
  func memoryMap(
    of bytes: PhysicalBytes
  ) throws(Multiboot2Violation) -> LoaderList<LoaderMemoryRange> {
    _ = try tableBody(entrySizeOfAtLeast: 24)
    // The list's bytes are the tag's: its reader finds the size of the entries there.
    return LoaderList(bytes.part(offset..<offset + self.bytes.byteCount)) { tag, position in
      let entrySize = Int(tag.littleEndian(UInt32.self, at: 8) ?? 0)
      let start = Swift.max(position, 16)
      guard entrySize >= 24, tag.count - start >= entrySize else { return nil }
      position = start + entrySize
      return LoaderMemoryRange(e820: tag, at: start)
    }
  }

  /// EFI's memory map (Multiboot2, section 3.6.15).
  func efiMemoryMap(of bytes: PhysicalBytes) throws(Multiboot2Violation) -> EFIMemoryMap {
    let (body, entrySize) = try tableBody(entrySizeOfAtLeast: 40)
    guard let map = EFIMemoryMap(bytes.part(body), descriptorSize: UInt64(entrySize)) else {
      throw violation(of: .entrySizeInvalid)
    }
    return map
  }

  /// The section headers (Multiboot2, section 3.6.7), which state their number as well as their
  /// size.
  func elfSections(of bytes: PhysicalBytes) throws(Multiboot2Violation) -> ELFSectionTable {
    let count: UInt32 = try field(at: 8)
    let headerSize: UInt32 = try field(at: 12)
    guard headerSize >= 40 else { throw violation(of: .entrySizeInvalid) }
    let body = try body(ofAtLeast: 12)
    let headers = bytes.part(body.lowerBound + 12..<body.upperBound)
    guard let table = ELFSectionTable(headers, headerSize: headerSize, count: count) else {
      throw violation(of: .entryCut)
    }
    return table
  }

  /// Where in the information a table's entries are, and how large each is.
  private func tableBody(
    entrySizeOfAtLeast minimum: UInt32
  ) throws(Multiboot2Violation) -> (Range<Int>, UInt32) {
    let entrySize: UInt32 = try field(at: 8)
    guard entrySize >= minimum, entrySize % 8 == 0 else { throw violation(of: .entrySizeInvalid) }
    guard bytes.byteCount >= 16 else { throw violation(of: .bodyTooSmall) }
    guard (bytes.byteCount - 16) % Int(entrySize) == 0 else { throw violation(of: .entryCut) }
    return (offset + 16..<offset + bytes.byteCount, entrySize)
  }

  /// The framebuffer (Multiboot2, section 3.6.12).
  var framebuffer: Framebuffer {
    get throws(Multiboot2Violation) {
      let kind: Framebuffer.Kind
      switch try field(UInt8.self, at: 29) {
      case 0: kind = .indexed
      case 1: kind = .rgb
      case 2: kind = .text
      case let number: kind = .other(number)
      }
      // The GNU header and GRUB have two reserved bytes before the colours, at 30.
      let made = Framebuffer(
        address: PhysicalAddress(try field(at: 8)), pitch: try field(at: 16),
        width: try field(at: 20), height: try field(at: 24), bitsPerPixel: try field(at: 28),
        kind: kind, red: try color(at: 32, kind), green: try color(at: 34, kind),
        blue: try color(at: 36, kind))
      guard let made else { throw violation(of: .framebufferPitchTooSmall) }
      return made
    }
  }

  private func color(
    at distance: Int, _ kind: Framebuffer.Kind
  ) throws(Multiboot2Violation) -> Framebuffer.ColorField {
    guard kind == .rgb else { return Framebuffer.ColorField() }
    return Framebuffer.ColorField(
      position: try field(at: distance), size: try field(at: distance + 1))
  }
}
