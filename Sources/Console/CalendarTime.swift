/// A date and a time of day in the Gregorian calendar, without a time zone.
public struct CalendarTime: Equatable, Sendable {
  /// The year, in full: 2026.
  public let year: Int
  /// The month, from 1.
  public let month: Int
  /// The day of the month, from 1.
  public let day: Int
  /// The hour, 0 to 23.
  public let hour: Int
  /// The minute, 0 to 59.
  public let minute: Int
  /// The second, 0 to 59.
  public let second: Int

  /// Makes a time; `nil` for one that no calendar or clock shows, or before the year 1.
  public init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    guard (1...9999).contains(year), (1...12).contains(month),
      day >= 1, day <= Self.days(inMonth: month, of: year), (0..<24).contains(hour),
      (0..<60).contains(minute), (0..<60).contains(second)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// The seconds since the start of 1970, each day counted as 86,400; negative before.
  public var secondsSince1970: Int {
    // The days up to a year's start: a leap day every 4 years, but for every 100, and yet for 400.
    func days(before year: Int) -> Int {
      let past = year - 1
      return past * 365 + past / 4 - past / 100 + past / 400
    }
    var count = days(before: year) - days(before: 1970) + day - 1
    for earlier in 1..<month { count += Self.days(inMonth: earlier, of: year) }
    return ((count * 24 + hour) * 60 + minute) * 60 + second
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
