import Addressing

/// What can be wrong with an option of the command line.
enum OptionProblem {
  case unknown
  case openQuote
  case valueMissing
  case numberMissing
  case overflow
  case zero
  case junk
  case notUnderstood
  case repeated
  case repeatedLimit
  case addressMissing
  case percentAbove100
  case tooManyReservations
  case reservationForm
  case nameTaken
  case alignmentNotPowerOfTwo

  private var text: String {
    switch self {
    case .unknown: "unknown option, passed over"
    case .openQuote: "a quotation mark has no partner; the option goes to the end of the line"
    case .valueMissing: "malformed early option: it needs a value; passed over"
    case .numberMissing: "malformed early option: it must start with a number; passed over"
    case .overflow: "malformed early option: a number must fit into 64 bits; passed over"
    case .zero: "malformed early option: the number must not be 0; passed over"
    case .junk: "the text after the last number is not read"
    case .notUnderstood: "malformed early option: this value has no meaning; passed over"
    case .repeated: "given again; this one counts"
    case .repeatedLimit: "given again; the lower limit holds"
    case .addressMissing: "malformed early option: an address must follow; passed over"
    case .percentAbove100: "malformed early option: at most 100%; passed over"
    case .tooManyReservations: "malformed option: at most 8 reservations; passed over"
    case .reservationForm:
      "malformed option: it must be size:alignment:name, the name 1 to 15 bytes; passed over"
    case .nameTaken: "malformed option: the name is taken; passed over"
    case .alignmentNotPowerOfTwo:
      "malformed option: the alignment must be a power of two; passed over"
    }
  }

  /// Writes `command line: mem=x: …` and ends the line.
  func write(
    _ option: CommandLineOption, in bytes: RawSpan, to log: inout some TextSink & ~Copyable
  ) {
    write(option.text, in: bytes, to: &log)
  }

  /// The same for a part of an option.
  func write(
    _ text: Range<Int>, in bytes: RawSpan, to log: inout some TextSink & ~Copyable
  ) {
    log.write("command line: ")
    for index in text.clamped(to: 0..<bytes.byteCount) {
      let character = bytes[byteAt: index]
      // The log is a terminal's: nothing that could move its cursor.
      log.write(character >= 0x20 && character < 0x7f ? character : UInt8(ascii: "?"))
    }
    log.write(": ")
    log.write(self.text)
    log.write("\n")
  }
}
