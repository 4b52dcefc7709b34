import Console
import Foundation
import Testing

/// A clock's registers, some of which change between readings.
private final class Registers {
  var values: [UInt8: UInt8]
  /// What happens at each read of register A.
  var atStatus: (Registers) -> Void = { _ in }

  init(_ values: [UInt8: UInt8]) { self.values = values }

  func read(_ register: UInt8) -> UInt8 {
    if register == 0x0a { atStatus(self) }
    return values[register] ?? 0
  }
}

@Suite struct RealTimeClockTests {
  /// 2026-11-24 16:45:07.
  private let bcd: [UInt8: UInt8] = [
    0: 0x07, 2: 0x45, 4: 0x16, 7: 0x24, 8: 0x11, 9: 0x26, 0x0b: 0x02, 0x32: 0x20,
  ]
  private let expected = CalendarTime(
    year: 2026, month: 11, day: 24, hour: 16, minute: 45, second: 7)

  private func time(_ values: [UInt8: UInt8], century: UInt8? = nil) -> CalendarTime? {
    RealTimeClock.read(centuryRegister: century, Registers(values).read)
  }

  @Test func decimalDigitsAndBinaryNumbers() {
    #expect(time(bcd) == expected)
    let binary: [UInt8: UInt8] = [0: 7, 2: 45, 4: 16, 7: 24, 8: 11, 9: 26, 0x0b: 0x06]
    #expect(time(binary) == expected)
  }

  @Test(arguments: [
    (0x12 as UInt8, 0), (0x01, 1), (0x11, 11), (0x92, 12), (0x81, 13), (0x84, 16), (0x91, 23),
  ])
  func hoursOfHalfADay(_ register: UInt8, _ hour: Int) {
    #expect(time(bcd.merging([4: register, 0x0b: 0]) { $1 })?.hour == hour)
    let binary = register & 0x80 | ((register >> 4 & 0x7) * 10 + (register & 0x0f))
    #expect(time([4: binary, 7: 1, 8: 1, 0x0b: 0x04])?.hour == hour)
  }

  @Test func theCenturyIsReadOrGuessed() {
    #expect(time(bcd.merging([0x32: 0x19]) { $1 }, century: 0x32)?.year == 1926)
    #expect(time(bcd, century: 0x32) == expected)
    #expect(time(bcd.merging([9: 0x69]) { $1 })?.year == 2069)
    #expect(time(bcd.merging([9: 0x70]) { $1 })?.year == 1970)
  }

  @Test(arguments: [
    (0 as UInt8, 0x60 as UInt8), (0, 0x0a), (0, 0xa0), (2, 0x60), (4, 0x24), (7, 0x00), (7, 0x31),
    (8, 0x00), (8, 0x13), (9, 0xff),
  ])
  func whatIsNoTimeIsRefused(_ register: UInt8, _ value: UInt8) {
    #expect(time(bcd.merging([register: value]) { $1 }) == nil)
  }

  @Test func hoursThatHalfADayDoesNotHaveAreRefused() {
    #expect(time(bcd.merging([4: 0x00, 0x0b: 0]) { $1 }) == nil)
    #expect(time(bcd.merging([4: 0x13, 0x0b: 0]) { $1 }) == nil)
  }

  @Test func aMissingClockIsNoTime() {
    #expect(RealTimeClock.read { _ in 0xff } == nil)
    #expect(RealTimeClock.read { _ in 0 } == nil)
  }

  /// The clock is read while its registers change: 16:59:59 becomes 17:00:00.
  @Test func anUpdateIsWaitedFor() {
    var values = bcd
    values[0] = 0x59
    values[2] = 0x59
    let registers = Registers(values)
    var reads = 0
    registers.atStatus = { registers in
      reads += 1
      registers.values[0x0a] = reads < 5 ? 0x80 : 0
      if reads == 3 { registers.values[0] = 0x00 }
      if reads == 4 { registers.values[2] = 0x00 }
      if reads == 5 { registers.values[4] = 0x17 }
    }
    let time = RealTimeClock.read(registers.read)
    #expect(
      time == CalendarTime(year: 2026, month: 11, day: 24, hour: 17, minute: 0, second: 0))
    #expect(reads == 6)
  }

  /// A clock that changes between two registers without a word is read again.
  @Test func twoReadingsMustBeEqual() {
    let registers = Registers(bcd)
    var reads = 0
    registers.atStatus = { registers in
      reads += 1
      if reads < 4 { registers.values[0] = UInt8(reads) }
    }
    #expect(RealTimeClock.read(registers.read)?.second == 3)
    #expect(reads == 4)
  }

  @Test func secondsAreThoseOfFoundation() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for (year, month, day) in [
      (1970, 1, 1), (1969, 12, 31), (2000, 2, 29), (2000, 3, 1), (2026, 11, 24), (2100, 3, 1),
      (1999, 12, 31), (2024, 12, 31), (2400, 2, 29),
    ] {
      let time = try #require(
        CalendarTime(year: year, month: month, day: day, hour: 1, minute: 2, second: 3))
      let date = calendar.date(
        from: DateComponents(
          year: year, month: month, day: day, hour: 1, minute: 2, second: 3))
      #expect(Double(time.secondsSince1970) == date?.timeIntervalSince1970)
    }
  }

  @Test func leapDays() {
    func exists(_ year: Int) -> Bool {
      CalendarTime(year: year, month: 2, day: 29, hour: 0, minute: 0, second: 0) != nil
    }
    #expect(exists(2024) && exists(2000) && !exists(2023) && !exists(2100))
  }
}
