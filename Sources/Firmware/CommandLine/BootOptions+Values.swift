import Addressing

/// The options that don't touch the memory map.
extension BootOptions {
  mutating func takeMemblock(_ value: Range<Int>?, in bytes: RawSpan) -> OptionProblem? {
    guard let value else { return .valueMissing }
    // Linux looks for the word anywhere in the value.
    var start = value.lowerBound
    while start + 5 <= value.upperBound {
      if bytes.text(start..<start + 5, equals: "debug") {
        isMemblockDebugged = true
        return nil
      }
      start += 1
    }
    return .notUnderstood
  }

  /// Linux: `numa_setup`, which compares the beginnings.
  mutating func takeNUMA(_ value: Range<Int>?, in bytes: RawSpan) -> OptionProblem? {
    guard let value else { return .valueMissing }
    if bytes.text(value, startsWith: "off") {
      isNUMAOff = true
      return value.count == 3 ? nil : .junk
    }
    if bytes.text(value, startsWith: "noacpi") {
      ignoresSRAT = true
      return value.count == 6 ? nil : .junk
    }
    guard bytes.text(value, startsWith: "fake=") else { return .notUnderstood }
    return takeFakeNodes(value.lowerBound + 5..<value.upperBound, in: bytes)
  }

  /// Linux: `numa_emulation`: a `U` anywhere, else an `M` or a `G` anywhere, tells the form.
  private mutating func takeFakeNodes(_ value: Range<Int>, in bytes: RawSpan) -> OptionProblem? {
    let isRepeated = fakeNodes != nil
    var scanner = TextScanner(value)
    let form: FakeNodes
    if contains(value, "U", in: bytes) {
      guard let count = scanner.number(in: bytes) else { return Self.problem(scanner) }
      form = .perNode(count)
      _ = scanner.take("U", in: bytes)
    } else if contains(value, "M", in: bytes) || contains(value, "G", in: bytes) {
      guard let size = scanner.size(in: bytes) else { return Self.problem(scanner) }
      form = .size(size)
    } else {
      guard let count = scanner.number(in: bytes) else { return Self.problem(scanner) }
      form = .count(count)
    }
    guard form != .count(0), form != .size(0), form != .perNode(0) else { return .zero }
    fakeNodes = form
    if !scanner.isAtEnd { return .junk }
    return isRepeated ? .repeated : nil
  }

  private func contains(
    _ text: Range<Int>, _ character: Unicode.Scalar, in bytes: RawSpan
  ) -> Bool {
    for index in text where bytes[byteAt: index] == UInt8(ascii: character) { return true }
    return false
  }

  private static func problem(_ scanner: TextScanner) -> OptionProblem {
    scanner.hasOverflowed ? .overflow : .numberMissing
  }

  /// Linux: `cmdline_parse_kernelcore`.
  mutating func takeKernelCore(_ value: Range<Int>?, in bytes: RawSpan) -> OptionProblem? {
    if let value, bytes.text(value, equals: "mirror") {
      isKernelCoreMirrored = true
      return nil
    }
    return Self.takeAmount(value, in: bytes, &kernelCore)
  }

  /// Linux: `cmdline_parse_core`.
  static func takeAmount(
    _ value: Range<Int>?, in bytes: RawSpan, _ amount: inout Amount?
  ) -> OptionProblem? {
    guard let value else { return .valueMissing }
    let isRepeated = amount != nil
    var scanner = TextScanner(value)
    var percentScanner = scanner
    if let percent = percentScanner.number(in: bytes), percentScanner.take("%", in: bytes) {
      guard percent <= 100 else { return .percentAbove100 }
      amount = .percent(percent)
      scanner = percentScanner
    } else {
      guard let size = scanner.size(in: bytes) else { return problem(scanner) }
      amount = .size(size)
    }
    if !scanner.isAtEnd { return .junk }
    return isRepeated ? .repeated : nil
  }

  /// Linux: `reserve_mem` in `mm/memblock.c`.
  mutating func takeReservation(_ value: Range<Int>?, in bytes: RawSpan) -> OptionProblem? {
    guard let value else { return .valueMissing }
    guard namedReservationCount < namedReservations.count else { return .tooManyReservations }
    var scanner = TextScanner(value)
    guard let size = scanner.size(in: bytes) else { return Self.problem(scanner) }
    guard size != 0 else { return .zero }
    guard scanner.take(":", in: bytes) else { return .reservationForm }
    let alignment = scanner.size(in: bytes) ?? 0
    if scanner.hasOverflowed { return .overflow }
    guard scanner.take(":", in: bytes) else { return .reservationForm }
    let name = scanner.rest
    var hasText = false
    for index in name where !bytes[byteAt: index].isSpace { hasText = true }
    guard hasText, name.count < 16 else { return .reservationForm }
    guard alignment & (alignment &- 1) == 0 else { return .alignmentNotPowerOfTwo }
    for index in 0..<namedReservationCount
    where bytes.bytes(namedReservations[index].name, equal: name) {
      return .nameTaken
    }
    namedReservations[namedReservationCount] = NamedReservation(
      size: size, alignment: Swift.max(alignment, 64), name: name)
    namedReservationCount += 1
    return nil
  }

  /// Linux: `parse_memtest`. Without a value: all 17 patterns.
  mutating func takeMemtest(_ value: Range<Int>?, in bytes: RawSpan) -> OptionProblem? {
    guard let value else {
      memtestPatterns = 17
      return nil
    }
    var scanner = TextScanner(value)
    guard let number = scanner.number(in: bytes) else { return Self.problem(scanner) }
    guard number <= UInt32.max else { return .overflow }
    guard scanner.isAtEnd else { return .notUnderstood }
    let isRepeated = memtestPatterns != 0
    memtestPatterns = number
    return isRepeated ? .repeated : nil
  }

  /// Linux: `kstrtobool`, which looks at the first letters.
  mutating func takePagePoison(_ value: Range<Int>?, in bytes: RawSpan) -> OptionProblem? {
    guard let value else { return .valueMissing }
    let isRepeated = poisonsPages != nil
    var scanner = TextScanner(value)
    switch scanner.next(in: bytes) | 0x20 {
    case UInt8(ascii: "y"), UInt8(ascii: "t"), UInt8(ascii: "1"): poisonsPages = true
    case UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "0"): poisonsPages = false
    case UInt8(ascii: "o"):
      if !scanner.take("o", in: bytes) { _ = scanner.take("O", in: bytes) }
      switch scanner.next(in: bytes) | 0x20 {
      case UInt8(ascii: "n"): poisonsPages = true
      case UInt8(ascii: "f"): poisonsPages = false
      default: return .notUnderstood
      }
    default: return .notUnderstood
    }
    return isRepeated ? .repeated : nil
  }

  mutating func takeEFI(_ value: Range<Int>?, in bytes: RawSpan) -> OptionProblem? {
    guard let value else { return .valueMissing }
    guard bytes.text(value, equals: "nosoftreserve") else { return .notUnderstood }
    ignoresSoftReservations = true
    return nil
  }

  mutating func takeACPI(_ value: Range<Int>?, in bytes: RawSpan) -> OptionProblem? {
    guard let value else { return .valueMissing }
    guard bytes.text(value, equals: "off") else { return .notUnderstood }
    isACPIOff = true
    return nil
  }
}

extension RawSpan {
  /// Whether two ranges hold the same bytes.
  func bytes(_ left: Range<Int>, equal right: Range<Int>) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count
    where self[byteAt: left.lowerBound + index] != self[byteAt: right.lowerBound + index] {
      return false
    }
    return true
  }
}
