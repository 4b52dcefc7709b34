import Addressing

/// The options that don't touch the memory map.
extension BootOptions {
  mutating func parseMemblock(_ value: RawSpan?) -> OptionProblem? {
    guard let value else { return .valueMissing }
    // Linux looks for the word anywhere in the value.
    for start in value.byteOffsets where value.extracting(droppingFirst: start).starts(with: "debug") {
      isMemblockDebugged = true
      return nil
    }
    return .notUnderstood
  }

  /// Linux: `numa_setup`, which compares the beginnings.
  mutating func parseNUMA(_ value: RawSpan?) -> OptionProblem? {
    guard let value else { return .valueMissing }
    if value.starts(with: "off") {
      isNUMAOff = true
      return value.byteCount == 3 ? nil : .junk
    }
    if value.starts(with: "noacpi") {
      ignoresSRAT = true
      return value.byteCount == 6 ? nil : .junk
    }
    guard value.starts(with: "fake=") else { return .notUnderstood }
    return parseFakeNodes(value.extracting(droppingFirst: 5))
  }

  /// Linux: `numa_emulation`: a `U` anywhere, else an `M` or a `G` anywhere, tells the form.
  private mutating func parseFakeNodes(_ value: RawSpan) -> OptionProblem? {
    let isRepeated = fakeNodes != nil
    var scanner = TextScanner(value)
    let form: FakeNodes
    if contains(value, "U") {
      guard let count = scanner.number() else { return Self.problem(scanner) }
      form = .perNode(count)
      _ = scanner.skip("U")
    } else if contains(value, "M") || contains(value, "G") {
      guard let size = scanner.size() else { return Self.problem(scanner) }
      form = .size(size)
    } else {
      guard let count = scanner.number() else { return Self.problem(scanner) }
      form = .count(count)
    }
    guard form != .count(0), form != .size(0), form != .perNode(0) else { return .zero }
    fakeNodes = form
    if !scanner.isAtEnd { return .junk }
    return isRepeated ? .repeated : nil
  }

  private func contains(_ text: RawSpan, _ character: Unicode.Scalar) -> Bool {
    for index in text.byteOffsets where text[byteAt: index] == UInt8(ascii: character) {
      return true
    }
    return false
  }

  private static func problem(_ scanner: borrowing TextScanner) -> OptionProblem {
    scanner.hasOverflowed ? .overflow : .numberMissing
  }

  /// Linux: `cmdline_parse_kernelcore`.
  mutating func parseKernelCore(_ value: RawSpan?) -> OptionProblem? {
    if let value, value.isEqual(to: "mirror") {
      isKernelCoreMirrored = true
      return nil
    }
    return Self.parseAmount(value, &kernelCore)
  }

  /// Linux: `cmdline_parse_core`.
  static func parseAmount(
    _ value: RawSpan?, _ amount: inout Amount?
  ) -> OptionProblem? {
    guard let value else { return .valueMissing }
    let isRepeated = amount != nil
    var scanner = TextScanner(value)
    var percentScanner = TextScanner(value)
    if let percent = percentScanner.number(), percentScanner.skip("%") {
      guard percent <= 100 else { return .percentAbove100 }
      amount = .percent(percent)
      scanner = percentScanner
    } else {
      guard let size = scanner.size() else { return problem(scanner) }
      amount = .size(size)
    }
    if !scanner.isAtEnd { return .junk }
    return isRepeated ? .repeated : nil
  }

  /// Linux: `reserve_mem` in `mm/memblock.c`.
  mutating func parseReservation(_ value: RawSpan?) -> OptionProblem? {
    guard let value else { return .valueMissing }
    guard namedReservationCount < namedReservations.count else { return .tooManyReservations }
    var scanner = TextScanner(value)
    guard let size = scanner.size() else { return Self.problem(scanner) }
    guard size != 0 else { return .zero }
    guard scanner.skip(":") else { return .reservationForm }
    let alignment = scanner.size() ?? 0
    if scanner.hasOverflowed { return .overflow }
    guard scanner.skip(":") else { return .reservationForm }
    guard let name = ReservationName(scanner.rest) else { return .reservationForm }
    guard alignment & (alignment &- 1) == 0 else { return .alignmentNotPowerOfTwo }
    for index in 0..<namedReservationCount
    where namedReservations[index].name == name {
      return .nameTaken
    }
    namedReservations[namedReservationCount] = NamedReservation(
      size: size, alignment: Swift.max(alignment, 64), name: name)
    namedReservationCount += 1
    return nil
  }

  /// Linux: `parse_memtest`. Without a value: all 17 patterns.
  mutating func parseMemtest(_ value: RawSpan?) -> OptionProblem? {
    guard let value else {
      memtestPatterns = 17
      return nil
    }
    var scanner = TextScanner(value)
    guard let number = scanner.number() else { return Self.problem(scanner) }
    guard number <= UInt32.max else { return .overflow }
    guard scanner.isAtEnd else { return .notUnderstood }
    let isRepeated = memtestPatterns != 0
    memtestPatterns = number
    return isRepeated ? .repeated : nil
  }

  /// Linux: `kstrtobool`, which looks at the first letters.
  mutating func parsePagePoison(_ value: RawSpan?) -> OptionProblem? {
    guard let value else { return .valueMissing }
    let isRepeated = poisonsPages != nil
    var scanner = TextScanner(value)
    switch scanner.next | 0x20 {
    case UInt8(ascii: "y"), UInt8(ascii: "t"), UInt8(ascii: "1"): poisonsPages = true
    case UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "0"): poisonsPages = false
    case UInt8(ascii: "o"):
      if !scanner.skip("o") { _ = scanner.skip("O") }
      switch scanner.next | 0x20 {
      case UInt8(ascii: "n"): poisonsPages = true
      case UInt8(ascii: "f"): poisonsPages = false
      default: return .notUnderstood
      }
    default: return .notUnderstood
    }
    return isRepeated ? .repeated : nil
  }

  mutating func parseEFI(_ value: RawSpan?) -> OptionProblem? {
    guard let value else { return .valueMissing }
    guard value.isEqual(to: "nosoftreserve") else { return .notUnderstood }
    ignoresSoftReservations = true
    return nil
  }

  mutating func parseACPI(_ value: RawSpan?) -> OptionProblem? {
    guard let value else { return .valueMissing }
    guard value.isEqual(to: "off") else { return .notUnderstood }
    isACPIOff = true
    return nil
  }
}
