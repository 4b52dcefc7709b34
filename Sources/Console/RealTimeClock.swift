/// A PC's battery-backed clock: the registers of a Motorola MC146818 in the CMOS memory.
///
/// ```swift
/// let now = RealTimeClock.read { register in
///   ports.write(register, to: 0x70)
///   return ports.read(0x71)
/// }
/// ```
/// Registers and bits: MC146818A data sheet, "Address map" and "Registers".
public enum RealTimeClock {
  /// How often a reading is tried: an update takes 2 ms at most, and each try many port accesses.
  private static var patience: Int { 100_000 }

  /// The registers of a time as they are, before they are understood.
  private struct Reading: Equatable {
    var second: UInt8
    var minute: UInt8
    var hour: UInt8
    var day: UInt8
    var month: UInt8
    var year: UInt8
    var century: UInt8
  }

  /// Reads the time; `nil` where there is no clock, or it shows what is no time.
  ///
  /// Two readings must be equal, none of them while the clock changes its registers: a time is then
  /// never half of one second and half of the next.
  ///
  /// - Parameters:
  ///   - centuryRegister: Where the century is: the FADT's field `CENTURY` (ACPI 6.5, section
  ///     5.2.9), where it isn't 0. Without one, years from 70 on are those of the 20th century.
  ///   - register: Reads a register by its number.
  public static func read(
    centuryRegister: UInt8? = nil, _ register: (UInt8) -> UInt8
  ) -> CalendarTime? {
    var before: Reading?
    for _ in 0..<patience {
      // Bit 7 of register A: an update is under way, or begins in less than 244 us.
      if register(0x0a) & 0x80 != 0 { continue }
      let now = Reading(
        second: register(0x00), minute: register(0x02), hour: register(0x04),
        day: register(0x07), month: register(0x08), year: register(0x09),
        century: centuryRegister.map(register) ?? 0)
      if now == before {
        return time(
          now, hasCentury: centuryRegister != nil, mode: register(0x0b))
      }
      before = now
    }
    return nil
  }

  /// - Parameter mode: Register B: bit 1 is set for hours up to 23, bit 2 for binary numbers.
  private static func time(
    _ reading: Reading, hasCentury: Bool, mode: UInt8
  ) -> CalendarTime? {
    let isBinary = mode & 0x04 != 0
    func number(_ value: UInt8) -> Int? {
      if isBinary { return Int(value) }
      guard value >> 4 <= 9, value & 0xf <= 9 else { return nil }
      return Int(value >> 4) * 10 + Int(value & 0xf)
    }
    // In the other mode hours are 1 to 12, and bit 7 is set in the afternoon.
    let has24Hours = mode & 0x02 != 0
    guard let second = number(reading.second), let minute = number(reading.minute),
      var hour = number(has24Hours ? reading.hour : reading.hour & 0x7f),
      let day = number(reading.day), let month = number(reading.month),
      let year = number(reading.year), year < 100, let century = number(reading.century)
    else { return nil }
    if !has24Hours {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (reading.hour & 0x80 != 0 ? 12 : 0)
    }
    return CalendarTime(
      year: hasCentury ? century * 100 + year : year + (year < 70 ? 2000 : 1900),
      month: month, day: day, hour: hour, minute: minute, second: second)
  }
}
