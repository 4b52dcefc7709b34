import Addressing
import Firmware

/// Finding the symbols among the sections that the boot loader loaded.
extension SymbolTable {
  /// ELF64 section header (System V ABI, chapter 4).
  private static let headerSize = 64
  private static let symbolTableType: UInt32 = 2

  /// The symbol table among the sections of the boot information; one without symbols where there is
  /// none, or where it lies outside of what the kernel can see.
  static func find(in information: BootInformation) -> SymbolTable {
    guard let sections = information.contents.elfSections, sections.headerSize >= headerSize
    else { return SymbolTable() }
    for index in 0..<sections.count {
      let header = sections[index]
      guard header.littleEndian(UInt32.self, at: 4) == symbolTableType,
        let link = header.littleEndian(UInt32.self, at: 40), link < sections.count,
        let symbols = memory(ofSection: header),
        let strings = memory(ofSection: sections[Int(link)])
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

  private static func memory(ofSection header: PhysicalBytes) -> AddressRange? {
    guard let address = header.littleEndian(UInt64.self, at: 16),
      let size = header.littleEndian(UInt64.self, at: 32), address != 0
    else { return nil }
    let range = AddressRange(at: PhysicalAddress(address), size: size)
    return kernelWindow.range.contains(range) ? range : nil
  }
}
