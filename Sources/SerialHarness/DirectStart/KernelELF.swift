/// A kernel's ELF file for x86-64, as far as a boot loader reads it.
public struct KernelELF: Sendable {
  /// Why a file can't be booted.
  public struct Problem: Error, CustomStringConvertible, Sendable {
    /// One line that names what is wrong.
    public var description: String
  }

  /// The physical address of the first instruction.
  public let entry: UInt32
  /// What is loaded: each segment with its zeros.
  public let pieces: [Machine.DirectStart.Piece]
  private let sectionHeaders: [[UInt8]]
  private let nameSection: UInt32
  private let file: [UInt8]

  /// Reads the file's headers.
  public init(_ file: [UInt8]) throws(Problem) {
    self.file = file
    guard file.count >= 64, Array(file[..<6]) == [0x7f, 0x45, 0x4c, 0x46, 2, 1] else {
      throw Problem(description: "not an ELF file of 64 bits, little-endian")
    }
    entry = UInt32(truncatingIfNeeded: file.integer(at: 24, 8))
    var pieces: [Machine.DirectStart.Piece] = []
    for index in 0..<Int(file.integer(at: 56, 2)) {
      let header = Int(file.integer(at: 32, 8)) + index * Int(file.integer(at: 54, 2))
      guard header + 56 <= file.count else {
        throw Problem(description: "program header \(index) is behind the file's end")
      }
      // PT_LOAD.
      guard file.integer(at: header, 4) == 1 else { continue }
      let offset = Int(file.integer(at: header + 8, 8))
      let address = file.integer(at: header + 24, 8)
      let size = Int(file.integer(at: header + 32, 8))
      let sizeInMemory = file.integer(at: header + 40, 8)
      guard offset + size <= file.count, address + sizeInMemory <= 1 << 32 else {
        throw Problem(description: "segment \(index) is outside the file, or above 4 GiB")
      }
      pieces.append(
        Machine.DirectStart.Piece(
          at: UInt32(address), Array(file[offset..<offset + size]),
          zeroCount: UInt32(sizeInMemory) - UInt32(size)))
    }
    self.pieces = pieces
    let firstSection = Int(file.integer(at: 40, 8))
    let sectionCount = Int(file.integer(at: 60, 2))
    guard firstSection + 64 * sectionCount <= file.count else {
      throw Problem(description: "the section headers are behind the file's end")
    }
    sectionHeaders = (0..<sectionCount).map {
      Array(file[firstSection + 64 * $0..<firstSection + 64 * ($0 + 1)])
    }
    nameSection = UInt32(file.integer(at: 62, 2))
  }

  /// Loads the symbols and their names at an address, as boot loaders do.
  ///
  /// - Parameters:
  ///   - address: The physical address of the first section.
  ///   - change: Is called for the header of each section that is loaded, to spoil it.
  /// - Returns: The pieces, and the boot information's tag that names them.
  public func symbols(
    at address: UInt32, changing change: (inout [UInt8]) -> Void = { _ in }
  ) -> (pieces: [Machine.DirectStart.Piece], tag: Multiboot2TagList.Tag) {
    var next = address
    var pieces: [Machine.DirectStart.Piece] = []
    var body: [UInt8] = []
    body.append(UInt32(sectionHeaders.count), 64, nameSection)
    for var header in sectionHeaders {
      let type = header.integer(at: 4, 4)
      // SHT_SYMTAB and SHT_STRTAB.
      if type == 2 || type == 3 {
        let offset = Int(header.integer(at: 24, 8))
        let size = Int(header.integer(at: 32, 8))
        pieces.append(Machine.DirectStart.Piece(at: next, Array(file[offset..<offset + size])))
        var place: [UInt8] = []
        place.append(little: UInt64(next))
        header.replaceSubrange(16..<24, with: place)
        next = (next + UInt32(size) + 15) & ~15
        change(&header)
      }
      body += header
    }
    return (pieces, Multiboot2TagList.Tag(type: 9, body: body))
  }
}

extension [UInt8] {
  /// A little-endian integer of some bytes; bytes behind the end are zeros.
  func integer(at offset: Int, _ byteCount: Int) -> UInt64 {
    (0..<byteCount).reduce(0) { value, index in
      offset + index < count ? value | UInt64(self[offset + index]) << (8 * UInt64(index)) : value
    }
  }
}
