/// What stands before a message of the kernel: level, time, processor, host, colours.
extension LineScanner {
  /// Goes past the prefixes.
  ///
  /// Known: `<6>`, `[    0.000000]`, `[T0]`, `[Mon Nov 24 …]`, `kern  :info  :`, `(XEN)`, and
  /// the journal's and syslog's `Nov 24 10:00:00 host kernel:` and `2026-11-24T10:00:00 host
  /// kernel:`.
  mutating func skipPrefixes() {
    for _ in 0..<6 {
      skipSpaces()
      switch next {
      case UInt8(ascii: "<"):
        guard skipLevel() else { return }
      case UInt8(ascii: "["):
        guard skipStamp() else { return }
        skipSpaces()
        // `journalctl -o short-monotonic` has the host between the time and the message.
        if next | 0x20 >= 0x61 { _ = skipHostAndKernel(within: 70) }
      case UInt8(ascii: "k"):
        guard skipFacility() else { return }
      case UInt8(ascii: "("):
        guard skip("(XEN) ") else { return }
      case 0x30...0x39 where isDate, UInt8(ascii: "A")...UInt8(ascii: "S") where isMonth:
        return skipDate()
      default: return
      }
    }
  }

  /// `<6>`
  private mutating func skipLevel() -> Bool {
    let start = position
    position += 1
    if decimal() != nil, skip(">") { return true }
    position = start
    return false
  }

  /// `[    0.000000]`, `[  +0.000012]`, `[T1234]`, `[C0]`, `[Mon Nov 24 10:00:00 2026]`. What
  /// else is in brackets belongs to the message.
  private mutating func skipStamp() -> Bool {
    let start = position
    position += 1
    skipSpaces()
    if next == UInt8(ascii: "+") || next == UInt8(ascii: "T") || next == UInt8(ascii: "C") {
      position += 1
    }
    if decimal() != nil {
      if skip(".") { _ = decimal() }
      skipSpaces()
      if skip("]") { return true }
    } else {
      position = start + 1
      let isDay =
        sees("Mon ") || sees("Tue ") || sees("Wed ") || sees("Thu ") || sees("Fri ")
        || sees("Sat ") || sees("Sun ")
      if isDay, skipPast("]", within: 40) { return true }
    }
    position = start
    return false
  }

  /// `kern  :info  : `
  private mutating func skipFacility() -> Bool {
    let start = position
    if skip("kern"), case _ = skipSpaces(), skip(":"), skipPast(":", within: 12) { return true }
    position = start
    return false
  }

  /// `2026-11-24T` or `2026-11-24 `
  private var isDate: Bool {
    bytes.count - position > 10 && bytes[position + 4] == UInt8(ascii: "-")
      && bytes[position + 7] == UInt8(ascii: "-")
  }

  /// `Nov 24 10:00:00` or `Nov  4 10:00:00`
  private var isMonth: Bool {
    guard bytes.count - position > 15, bytes[position + 3] == 0x20,
      bytes[position + 6] == 0x20, bytes[position + 9] == UInt8(ascii: ":"),
      bytes[position + 12] == UInt8(ascii: ":")
    else { return false }
    return true
  }

  /// Goes past the date, the time, and a host with `kernel:`.
  private mutating func skipDate() {
    if isMonth {
      position += 15
    } else {
      position += 10
      while next != 0x20, !isAtEnd { position += 1 }
      // `2026-11-24 10:00:00`
      if bytes.count - position > 3, bytes[position + 3] == UInt8(ascii: ":") {
        position += 1
        while next != 0x20, !isAtEnd { position += 1 }
      }
    }
    skipSpaces()
    _ = skipHostAndKernel(within: 90)
    // `dmesg --time-format iso` has the message right after the time.
    skipSpaces()
    while next == UInt8(ascii: "["), skipStamp() { skipSpaces() }
  }

  /// `host kernel: `
  private mutating func skipHostAndKernel(within limit: Int) -> Bool {
    let start = position
    while next != 0x20, !isAtEnd, position - start < limit { position += 1 }
    skipSpaces()
    if skip("kernel: ") || skip("kernel:") { return true }
    position = start
    return false
  }

  /// Goes past a time stamp in the middle of the line: there a console's other output was cut
  /// off by a message. `false` where there is none.
  mutating func skipToStampInside() -> Bool {
    var rest = self
    while rest.skipPast("[") {
      rest.position -= 1
      if rest.looksLikeSeconds, rest.skipStamp() {
        self = rest
        return true
      }
      rest.position += 1
    }
    return false
  }

  /// `[    0.000000]`, with exactly the six digits that the kernel writes.
  private var looksLikeSeconds: Bool {
    var rest = self
    rest.position += 1
    rest.skipSpaces()
    guard rest.decimal() != nil, rest.skip(".") else { return false }
    let start = rest.position
    return rest.decimal() != nil && rest.position == start + 6 && rest.next == UInt8(ascii: "]")
  }
}
