import Addressing
import Firmware

/// Finding the symbols among the sections that the boot loader loaded.
extension SymbolTable {
  /// ELF64 section header (System V ABI, chapter 4).
  private static let headerSize = 64
  private static let symbolTableType: UInt32 = 2

  /// The table that the sections of the boot information lead to; one without symbols where
  /// they lead to none, or out of what the kernel can see.
  static func find(in information: BootInformation) -> SymbolTable {
    guard let sections = information.contents.elfSections, sections.entrySize >= headerSize
    else { return SymbolTable() }
    return information.withBytes { bytes in
      for index in 0..<sections.count {
        let header = sections.offset(ofEntry: index)
        guard bytes.littleEndian(UInt32.self, at: header + 4) == symbolTableType,
          let link = bytes.littleEndian(UInt32.self, at: header + 40), link < sections.count,
          let symbols = memory(ofSection: header, in: bytes),
          let strings = memory(ofSection: sections.offset(ofEntry: Int(link)), in: bytes)
        else { continue }
        guard symbols.size <= largestSize, strings.size <= largestSize else {
          console.write("symbols: tables of ")
          console.write(decimal: symbols.size)
          console.write(" and ")
          console.write(decimal: strings.size)
          console.write(" bytes are not believed; backtraces have no names\n")
          return SymbolTable()
        }
        return SymbolTable(symbols: symbols, strings: strings)
      }
      return SymbolTable()
    }
  }

  private static func memory(ofSection header: Int, in bytes: RawSpan) -> AddressRange? {
    guard let address = bytes.littleEndian(UInt64.self, at: header + 16),
      let size = bytes.littleEndian(UInt64.self, at: header + 32), address != 0
    else { return nil }
    let range = AddressRange(at: PhysicalAddress(address), size: size)
    return kernelWindow.range.contains(range) ? range : nil
  }
}
