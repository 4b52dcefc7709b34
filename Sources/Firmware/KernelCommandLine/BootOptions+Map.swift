import Addressing
import MemoryMap

/// `mem=` and `memmap=`.
extension BootOptions {
  /// `mem=512M`: what is usable at that address and above is taken out.
  ///
  /// Linux: `parse_memopt`.
  mutating func parseLimit(
    _ value: RawSpan?, _ map: inout MemoryMap,
    log: inout some TextSink & ~Copyable
  ) -> OptionProblem? {
    guard let value else { return .valueMissing }
    if value.isEqual(to: "nopentium") { return .notUnderstood }
    let problem = limit(value, &map, log: &log)
    guard problem == nil || problem == .junk else { return problem }
    let isRepeated = hasMemoryLimit
    hasMemoryLimit = true
    return isRepeated ? .repeatedLimit : problem
  }

  /// `memmap=` with a list of parts; each has its own line where something is wrong with it.
  ///
  /// Linux: `parse_memmap_opt`.
  mutating func parseMap(
    _ option: borrowing CommandLineOption, _ map: inout MemoryMap,
    log: inout some TextSink & ~Copyable
  ) -> OptionProblem? {
    guard let value = option.value else { return .valueMissing }
    var start = 0
    while start <= value.byteCount {
      var end = start
      while end < value.byteCount, value[byteAt: end] != UInt8(ascii: ",") { end += 1 }
      let problem = apply(value.extracting(start..<end), &map, log: &log)
      problem?.write(option.text.extracting(first: option.valueOffset + end), to: &log)
      start = end + 1
    }
    return nil
  }

  /// One part: `exactmap`, `size@start`, `size#start`, `size$start`, `size!start`,
  /// `size%start-from+to` or `size`.
  ///
  /// Linux: `parse_memmap_one`.
  private mutating func apply(
    _ part: RawSpan, _ map: inout MemoryMap,
    log: inout some TextSink & ~Copyable
  ) -> OptionProblem? {
    if part.starts(with: "exactmap") {
      map.removeAll()
      changesMap = true
      return part.byteCount == 8 ? nil : .junk
    }
    var scanner = TextScanner(part)
    guard let size = scanner.size() else {
      return scanner.hasOverflowed ? .overflow : .numberMissing
    }
    let type: MemoryType?
    if scanner.skip("@") {
      type = .usable
    } else if scanner.skip("#") {
      type = .acpiData
    } else if scanner.skip("$") {
      type = .reserved
    } else if scanner.skip("!") {
      type = .persistentLegacy
    } else if scanner.skip("%") {
      type = nil
    } else {
      return limit(part, &map, log: &log)
    }
    guard let start = scanner.size() else {
      return scanner.hasOverflowed ? .overflow : .addressMissing
    }
    if let type {
      changesMap = true
      map.append(start: PhysicalAddress(start), size: size, type: type, log: &log)
    } else {
      let range = AddressRange(at: PhysicalAddress(start), size: size)
      return change(range, &scanner, &map, log: &log)
    }
    return scanner.isAtEnd ? nil : .junk
  }

  /// `size%start-from+to`: the type of a range is changed, set, or taken away.
  private mutating func change(
    _ range: AddressRange, _ scanner: inout TextScanner,
    _ map: inout MemoryMap, log: inout some TextSink & ~Copyable
  ) -> OptionProblem? {
    var from: UInt64 = 0
    var to: UInt64 = 0
    if scanner.skip("-") { from = scanner.number() ?? 0 }
    if scanner.skip("+") { to = scanner.number() ?? 0 }
    guard scanner.isAtEnd else { return .notUnderstood }
    guard !scanner.hasOverflowed, from <= UInt32.max, to <= UInt32.max else { return .overflow }
    changesMap = true
    let old = MemoryType(rawValue: UInt32(from))
    let new = MemoryType(rawValue: UInt32(to))
    if old != .nothing, new != .nothing {
      map.update(range, from: old, to: new, log: &log)
    } else if new != .nothing {
      map.append(MemoryMap.Entry(range, new), log: &log)
    } else {
      map.remove(range, ofType: old == .nothing ? nil : old, log: &log)
    }
    return nil
  }

  /// Takes out what is usable from an address up.
  private mutating func limit(
    _ value: RawSpan, _ map: inout MemoryMap,
    log: inout some TextSink & ~Copyable
  ) -> OptionProblem? {
    var scanner = TextScanner(value)
    guard let limit = scanner.size() else {
      return scanner.hasOverflowed ? .overflow : .numberMissing
    }
    guard limit != 0 else { return .zero }
    changesMap = true
    map.remove(
      AddressRange(from: PhysicalAddress(limit), to: .max), ofType: .usable, log: &log)
    return scanner.isAtEnd ? nil : .junk
  }
}

extension MemoryMap {
  /// Sanitises and prints the map that the command line changed; nothing if it didn't.
  ///
  /// Linux: `e820__finish_early_params`.
  public mutating func finishUserChanges(
    _ options: borrowing BootOptions, log: inout some TextSink & ~Copyable
  ) {
    guard options.changesMap else { return }
    sanitize(log: &log)
    log.write("user-defined physical RAM map:\n")
    write(source: "user", to: &log)
  }
}
