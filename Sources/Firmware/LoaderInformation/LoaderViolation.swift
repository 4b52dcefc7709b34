import Addressing

/// What a boot loader can leave broken, whichever loader it is.
public enum LoaderPiece: Sendable {
  /// The structure that the kernel was handed.
  case startStructure
  /// The kernel command line.
  case commandLine
  /// The boot loader's name.
  case loaderName
  /// The memory map, or an entry of it.
  case memoryMap
  /// The list of modules, or a module.
  case modules
  /// The command line of a module.
  case moduleCommandLine
  /// The framebuffer.
  case framebuffer
  /// EFI's memory map.
  case efiMemoryMap
  /// ACPI's root pointer.
  case rootPointer
  /// What the loader appended to its structure as a linked list.
  case appendedData

  var text: String {
    switch self {
    case .startStructure: "start structure"
    case .commandLine: "command line"
    case .loaderName: "boot loader's name"
    case .memoryMap: "memory map"
    case .modules: "modules"
    case .moduleCommandLine: "module's command line"
    case .framebuffer: "framebuffer"
    case .efiMemoryMap: "EFI memory map"
    case .rootPointer: "ACPI root pointer"
    case .appendedData: "appended data"
    }
  }
}

/// A rule of a boot protocol that a piece broke.
public enum LoaderRule: Sendable {
  /// The structure doesn't have the protocol's number.
  case magic
  /// It lies outside of the memory that can be seen.
  case unreachable
  /// A string has no zero byte among the first 64 KiB, or where memory can be seen.
  case stringUnterminated
  /// It passes 2^64.
  case passesEnd
  /// It has more entries than there is room for in its structure.
  case tooMany
  /// Its entries are smaller than the specification's, or the last one is cut.
  case entrySizeInvalid
  /// A line of the framebuffer is longer than the distance to the next line.
  case framebufferPitchTooSmall

  /// The rule in words, for the log.
  public var text: String {
    switch self {
    case .magic: "it must start with the protocol's number"
    case .unreachable: "it must lie in the memory that can be seen"
    case .stringUnterminated: "it must end in a zero byte within 64 KiB"
    case .passesEnd: "it must not pass the end of the address space"
    case .tooMany: "it must have no more entries than fit"
    case .entrySizeInvalid: "its entries must hold their fields, and the last one be whole"
    case .framebufferPitchTooSmall: "its pitch must hold a line of its pixels"
    }
  }
}

/// Where what a boot loader left breaks its protocol, and the rule that it breaks.
public struct LoaderViolation: Error, Sendable {
  /// What is broken.
  public let piece: LoaderPiece
  /// The address that the loader says it has, as the loader says it.
  public let address: UInt64
  /// The broken rule.
  public let rule: LoaderRule

  /// Makes a violation.
  public init(_ piece: LoaderPiece, at address: UInt64, _ rule: LoaderRule) {
    self.piece = piece
    self.address = address
    self.rule = rule
  }

  /// Writes `pvh: memory map at 0x…: it must …` and ends the line.
  ///
  /// - Parameters:
  ///   - name: The boot protocol's.
  ///   - log: Takes the line.
  public func write(protocol name: String, to log: inout some TextSink & ~Copyable) {
    log.write(name)
    log.write(": ")
    log.write(piece.text)
    log.write(" at ")
    log.write(hex: address)
    log.write(": ")
    log.write(rule.text)
    log.write("\n")
  }
}

extension LoaderInformation {
  /// The longest text that is looked for: 64 KiB. Without a bound a text without an end would be
  /// searched through all of memory.
  public static var longestText: UInt64 { 64 << 10 }

  /// The text at an address that a loader says, and its violation where there is none; neither for
  /// address 0.
  package static func text(
    _ piece: LoaderPiece, at address: PhysicalAddress, in window: PhysicalMemoryWindow
  ) throws(LoaderViolation) -> PhysicalBytes? {
    guard address != .zero else { return nil }
    guard window.range.contains(address) else {
      throw LoaderViolation(piece, at: address.value, .unreachable)
    }
    guard let text = PhysicalBytes(textAt: address, limit: longestText, in: window) else {
      throw LoaderViolation(piece, at: address.value, .stringUnterminated)
    }
    return text
  }

  /// The bytes of `count` entries at an address that a loader says; `nil` for no entries.
  package static func table(
    _ piece: LoaderPiece, at address: PhysicalAddress, count: UInt64, entrySize: UInt64,
    in window: PhysicalMemoryWindow
  ) throws(LoaderViolation) -> PhysicalBytes? {
    guard count > 0 else { return nil }
    let (size, overflows) = count.multipliedReportingOverflow(by: entrySize)
    guard !overflows, let bytes = PhysicalBytes(at: address, count: size, in: window) else {
      throw LoaderViolation(piece, at: address.value, .unreachable)
    }
    return bytes
  }
}
