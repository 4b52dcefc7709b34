import Addressing
import Firmware

/// Numbers and types as findings write them.
enum Text {
  /// First and last byte.
  static func range(_ range: Range<UInt64>) -> String {
    "0x\(String(range.lowerBound, radix: 16))-0x\(String(range.upperBound - 1, radix: 16))"
  }

  /// A size with its unit.
  static func size(_ bytes: UInt64) -> String { SizeText.of(bytes) }

  /// A type in Linux's words.
  static func type(_ number: UInt32) -> String {
    var log = ReplayLog()
    MemoryType(rawValue: number).write(to: &log)
    return log.take().joined()
  }
}

/// Sizes as people read them.
public enum SizeText {
  /// A size with its unit: `639 KiB`, `1.9 GiB`, `12 TiB`. A fraction is cut off after a tenth.
  public static func of(_ bytes: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var unit = 0
    while unit < 6, bytes >> UInt64(10 * (unit + 1)) != 0 { unit += 1 }
    let shift = UInt64(10 * unit)
    let whole = bytes >> shift
    let rest = bytes - (whole << shift)
    guard rest != 0 else { return "\(whole) \(units[unit])" }
    let tenths = ((rest >> (shift - 10)) * 10) >> 10
    return "\(whole).\(tenths) \(units[unit])"
  }
}
