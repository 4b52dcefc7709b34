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
    case .unknown: "unknown option, ignored"
    case .openQuote: "a quotation mark has no partner; the option goes to the end of the line"
    case .valueMissing: "malformed early option: it needs a value; ignored"
    case .numberMissing: "malformed early option: it must start with a number; ignored"
    case .overflow: "malformed early option: a number must fit into 64 bits; ignored"
    case .zero: "malformed early option: the number must not be 0; ignored"
    case .junk: "the text after the last number is not read"
    case .notUnderstood: "malformed early option: this value has no meaning; ignored"
    case .repeated: "given again; this one counts"
    case .repeatedLimit: "given again; the lower limit holds"
    case .addressMissing: "malformed early option: an address must follow; ignored"
    case .percentAbove100: "malformed early option: at most 100%; ignored"
    case .tooManyReservations: "malformed option: at most 8 reservations; ignored"
    case .reservationForm:
      "malformed option: it must be size:alignment:name, the name 1 to 15 bytes; ignored"
    case .nameTaken: "malformed option: the name is taken; ignored"
    case .alignmentNotPowerOfTwo:
      "malformed option: the alignment must be a power of two; ignored"
    }
  }

  /// Writes `command line: mem=x: …` and ends the line.
  ///
  /// - Parameter text: The option, or the part of it that has the problem.
  func write(_ text: RawSpan, to log: inout some TextSink & ~Copyable) {
    log.write("command line: ")
    log.write(printable: text)
    log.write(": ")
    log.write(self.text)
    log.write("\n")
  }
}
