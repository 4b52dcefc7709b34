import Addressing

/// A rule of the Multiboot2 specification, version 2.0, that boot information broke.
public enum Multiboot2Rule: Sendable {
  /// The information is shorter than its own header and an end tag: 16 bytes.
  case informationTooShort
  /// The stated total size is larger than the bytes that are there.
  case totalSizePassesEnd
  /// The stated total size is not a multiple of 8, though every tag starts at one.
  case totalSizeMisaligned
  /// The information ends without an end tag.
  case endTagMissing
  /// A tag is smaller than its own header of 8 bytes.
  case tagTooSmall
  /// A tag passes the end of the information.
  case tagPassesEnd
  /// A tag is smaller than what its type always holds.
  case bodyTooSmall
  /// A string has no zero byte before its tag ends.
  case stringUnterminated
  /// A table's entries are smaller than the specification's, or not a multiple of 8 bytes.
  case entrySizeInvalid
  /// A table's last entry is cut by the tag's end.
  case entryCut
  /// A module ends below its start.
  case moduleUpsideDown
  /// A tag that can stand once stands again; the first one counts.
  case tagRepeated
  /// A line of the framebuffer is longer than the distance to the next line.
  case framebufferPitchTooSmall

  /// The rule in words, for the log.
  public var text: String {
    switch self {
    case .informationTooShort: "the information must hold a header and an end tag, 16 bytes"
    case .totalSizePassesEnd: "the total size must not pass the bytes that are there"
    case .totalSizeMisaligned: "the total size must be a multiple of 8"
    case .endTagMissing: "the last tag must be an end tag of 8 bytes"
    case .tagTooSmall: "a tag must hold its own header, 8 bytes"
    case .tagPassesEnd: "a tag must end inside the information"
    case .bodyTooSmall: "a tag must hold the fields of its type"
    case .stringUnterminated: "a string must end in a zero byte inside its tag"
    case .entrySizeInvalid: "an entry must hold its fields, in a multiple of 8 bytes"
    case .entryCut: "the last entry must end inside its tag"
    case .moduleUpsideDown: "a module must not end below its start"
    case .tagRepeated: "a tag of this type must stand once; the first one counts"
    case .framebufferPitchTooSmall: "a framebuffer's pitch must hold a line of its pixels"
    }
  }
}

/// Where boot information breaks the Multiboot2 specification, and the rule that it breaks.
public struct Multiboot2Violation: Error, Sendable {
  /// The distance in bytes from the start of the information to the tag, or to the field of
  /// the information's header.
  public let offset: Int

  /// The tag's type; `nil` for the information's own header.
  public let tagType: UInt32?

  /// The broken rule.
  public let rule: Multiboot2Rule

  /// Writes `multiboot2: tag 6 at offset 0x58: an entry must …` and ends the line.
  public func write(to log: inout some TextSink & ~Copyable) {
    log.write("multiboot2: ")
    if let tagType {
      log.write("tag ")
      log.write(decimal: UInt64(tagType))
      log.write(" at ")
    }
    log.write("offset ")
    log.write(hex: UInt64(offset))
    log.write(": ")
    log.write(rule.text)
    log.write("\n")
  }
}
