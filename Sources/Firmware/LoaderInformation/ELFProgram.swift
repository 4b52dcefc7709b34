import Addressing

/// The file of a kernel that is to be started: ELF for x86-64, 64 bits (System V ABI, chapters 4 and 5).
/// Nothing of it is believed unread: what a header names is in the file, and below 4 GiB in memory.
public struct ELFProgram: Sendable {
  /// What goes into memory.
  public struct Segment: Sendable {
    /// The bytes of the file.
    public let content: PhysicalBytes
    /// Where they are wanted; behind them there are zeros up to its end.
    public let target: AddressRange
  }

  /// Why a file can't be started.
  public enum Problem: Error, Sendable {
    /// It is no ELF file of 64 bits for x86-64.
    case notELF
    /// A header, or what it names, is not in the file.
    case cut
    /// A segment, or the first instruction, is not below 4 GiB, or the instruction in no segment.
    case outOfReach
  }

  private static var sectionHeaderSize: Int { 64 }

  private let file: PhysicalBytes

  /// The address of the first instruction.
  public let entry: PhysicalAddress

  /// Checks a file's headers. O(n) in them.
  ///
  /// - Throws: what is wrong with the file.
  public init(_ file: PhysicalBytes) throws(Problem) {
    self.file = file
    // 64-bit, little-endian, version 1; machine 62.
    guard
      file.littleEndian(UInt64.self, at: 0).map({ $0 & 0xff_ffff_ffff_ffff }) == 0x1_0102_464c_457f,
      file.littleEndian(UInt16.self, at: 18) == 62,
      let entry = file.littleEndian(UInt64.self, at: 24)
    else { throw .notELF }
    self.entry = PhysicalAddress(entry)
    var hasEntry = false
    try forEachSegment { hasEntry = hasEntry || $0.target.contains(PhysicalAddress(entry)) }
    guard hasEntry else { throw .outOfReach }
  }

  /// Calls a function with each segment that is loaded, in the file's order.
  ///
  /// - Throws: `.cut` and `.outOfReach`; never of a file that `init` has checked and that has not changed.
  public func forEachSegment(_ body: (Segment) -> Void) throws(Problem) {
    let count = Int(file.littleEndian(UInt16.self, at: 56) ?? 0)
    for index in 0..<count {
      let header = try header(index, size: 56, tableAt: 32, sizeAt: 54)
      // PT_LOAD.
      guard header.littleEndian(UInt32.self, at: 0) == 1 else { continue }
      let size: UInt64 = header.littleEndian(at: 40) ?? 0
      let content = try part(header.littleEndian(at: 8) ?? 0, header.littleEndian(at: 32) ?? 0)
      let target = AddressRange(at: PhysicalAddress(header.littleEndian(at: 24) ?? 0), size: size)
      guard target.size == size, target.end.value <= 1 << 32, content.range.size <= size else {
        throw .outOfReach
      }
      if size > 0 { body(Segment(content: content, target: target)) }
    }
  }

  /// The section headers, as they are in the file; `nil` where there are none.
  public var sectionHeaders: PhysicalBytes? {
    let count = Int(file.littleEndian(UInt16.self, at: 60) ?? 0)
    guard count > 0, file.littleEndian(UInt16.self, at: 58) == UInt16(Self.sectionHeaderSize) else {
      return nil
    }
    return try? part(file.littleEndian(at: 40) ?? 0, UInt64(count * Self.sectionHeaderSize))
  }

  /// The contents of the symbol tables and string tables among the sections, each with its section's
  /// number.
  public func forEachSymbolSection(_ body: (Int, PhysicalBytes) -> Void) {
    guard let headers = sectionHeaders else { return }
    for index in 0..<headers.count / Self.sectionHeaderSize {
      let start = index * Self.sectionHeaderSize
      // SHT_SYMTAB, SHT_STRTAB.
      let type = headers.littleEndian(UInt32.self, at: start + 4)
      guard type == 2 || type == 3,
        let content = try? part(
          headers.littleEndian(at: start + 24) ?? 0, headers.littleEndian(at: start + 32) ?? 0)
      else { continue }
      body(index, content)
    }
  }

  /// The number of the section with the sections' names.
  public var nameSection: UInt32 { UInt32(file.littleEndian(UInt16.self, at: 62) ?? 0) }

  private func header(
    _ index: Int, size: UInt64, tableAt table: Int, sizeAt: Int
  ) throws(Problem) -> PhysicalBytes {
    let stride = UInt64(file.littleEndian(UInt16.self, at: sizeAt) ?? 0)
    let start = (file.littleEndian(UInt64.self, at: table) ?? 0)
      .addingReportingOverflow(UInt64(index) * stride)
    guard stride >= size, !start.overflow else { throw .cut }
    return try part(start.partialValue, size)
  }

  private func part(_ offset: UInt64, _ size: UInt64) throws(Problem) -> PhysicalBytes {
    guard offset <= file.range.size, size <= file.range.size - offset else { throw .cut }
    return file.part(Int(offset)..<Int(offset + size))
  }
}
