import ConformanceSides

/// An operation of the trace language, as a line of text.
extension operation {
  init(_ code: operation_code, _ arguments: UInt64...) { self.init(code, arguments) }

  init(_ code: operation_code, _ arguments: [UInt64]) {
    self.init()
    self.code = code.rawValue
    for (index, argument) in arguments.enumerated() { self[index] = argument }
  }

  subscript(index: Int) -> UInt64 {
    get {
      switch index {
      case 0: arguments.0
      case 1: arguments.1
      case 2: arguments.2
      case 3: arguments.3
      default: arguments.4
      }
    }
    set {
      switch index {
      case 0: arguments.0 = newValue
      case 1: arguments.1 = newValue
      case 2: arguments.2 = newValue
      case 3: arguments.3 = newValue
      default: arguments.4 = newValue
      }
    }
  }

  /// The letters of the arguments, as in `operations.def`.
  var letters: [Character] {
    // SAFETY: a string literal of the table of operations.
    unsafe Array(String(cString: operation_form_of(code).arguments))
  }

  /// The line that a trace has for it.
  var line: String {
    // SAFETY: a string literal of the table of operations.
    var text = unsafe String(cString: operation_form_of(code).name)
    for (index, letter) in letters.enumerated() {
      let value = self[index]
      switch letter {
      case "N" where value == .max: text += " none"
      case "U" where value == .max, "S" where value == .max: text += " max"
      case "N", "O", "F": text += " \(value)"
      default: text += " 0x" + String(value, radix: 16)
      }
    }
    return text
  }
}
