import Addressing

/// The kernel's ELF symbols, where the boot loader put them: it loads the sections and tells
/// in the boot information where they are (Multiboot2, section 3.6.7).
struct SymbolTable {
  private var symbols = AddressRange(from: .zero, to: .zero)
  private var strings = AddressRange(from: .zero, to: .zero)

  /// The bytes of a symbol, and where its fields stand (System V ABI, chapter 4).
  private static let entrySize: UInt64 = 24
  private static let valueOffset: UInt64 = 8
  private static let objectType: UInt8 = 1
  private static let functionType: UInt8 = 2

  /// What stands for a space in a name (Scripts/finish-kernel.sh).
  private static let space: UInt8 = 0x1f

  /// The table whose symbols and names stand there; both must stay where they are.
  init(symbols: AddressRange, strings: AddressRange) {
    self.symbols = symbols
    self.strings = strings
  }

  /// A table without symbols.
  init() {}

  /// The memory that must stay as it is for as long as names are wanted.
  var memory: (symbols: AddressRange, strings: AddressRange) { (symbols, strings) }

  /// The largest table that is used, in bytes: 170,000 symbols. A panic reads all of them once for
  /// each call that it prints, and a broken header could claim a table of 4 GiB.
  static let largestSize: UInt64 = 4 << 20

  /// The longest name that is printed, in bytes.
  private static let longestName: UInt64 = 256

  /// Writes `name+0xoffset` for an address and the function that `location` lies in; `?` where no
  /// function is known. O(n) in symbols, of which there are at most 170,000.
  func write(
    _ address: UInt64, inFunctionAt location: UInt64, through window: PhysicalMemoryWindow,
    to sink: inout some TextSink & ~Copyable
  ) {
    var best: (value: UInt64, name: UInt64)?
    var entry = symbols.start
    while entry < symbols.end, symbols.end - entry >= Self.entrySize {
      let value = window.load(UInt64.self, at: entry + Self.valueOffset)
      let type = window.load(UInt8.self, at: entry + 4) & 0xf
      if value <= location, type == Self.functionType || type == 0, value >= best?.value ?? 1 {
        best = (value, UInt64(window.load(UInt32.self, at: entry)))
      }
      entry = entry + Self.entrySize
    }
    guard let best else {
      sink.write("?")
      return
    }
    writeName(at: best.name, through: window, to: &sink)
    sink.write("+")
    sink.write(hex: address - best.value)
  }

  /// Writes where in the source the trap at an address stands, as the build has noted it: `File.swift:12`.
  /// O(n) in symbols.
  ///
  /// - Returns: Whether that is known.
  func writePlace(
    ofTrapAt address: UInt64, through window: PhysicalMemoryWindow,
    to sink: inout some TextSink & ~Copyable
  ) -> Bool {
    var entry = symbols.start
    while entry < symbols.end, symbols.end - entry >= Self.entrySize {
      if window.load(UInt64.self, at: entry + Self.valueOffset) == address,
        window.load(UInt8.self, at: entry + 4) & 0xf == Self.objectType
      {
        sink.write("at ")
        writeName(at: UInt64(window.load(UInt32.self, at: entry)), through: window, to: &sink)
        sink.write("\n")
        return true
      }
      entry = entry + Self.entrySize
    }
    return false
  }

  /// Writes a name, in which the build has put another character where Swift has a space.
  private func writeName(
    at offset: UInt64, through window: PhysicalMemoryWindow,
    to sink: inout some TextSink & ~Copyable
  ) {
    guard offset < strings.size else {
      sink.write("?")
      return
    }
    var character = strings.start + offset
    let end = character + Swift.min(strings.end - character, Self.longestName)
    while character < end {
      let byte = window.load(UInt8.self, at: character)
      if byte == 0 { break }
      sink.write(byte == Self.space ? UInt8(ascii: " ") : byte)
      character = character + 1
    }
  }
}
