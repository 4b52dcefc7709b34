#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Colours, where standard output is a terminal that has them.
struct Style {
  enum Color: String {
    case green = "32"
    case yellow = "33"
    case red = "31"
    case cyan = "36"
    case magenta = "35"
    case dim = "2"
    case bold = "1"
  }

  let isColored: Bool

  /// Standard output's: no colours where it is no terminal, where NO_COLOR is set
  /// (no-color.org), and on terminals that have none.
  static var standardOutput: Style {
    // SAFETY: the strings are only looked at here, and nothing changes the environment.
    let refuses = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
    let isDumb = unsafe getenv("TERM").map { unsafe String(cString: $0) == "dumb" } ?? true
    return Style(isColored: isatty(1) == 1 && !refuses && !isDumb)
  }

  /// The text in that colour.
  func callAsFunction(_ color: Color, _ text: String) -> String {
    isColored ? "\u{1b}[\(color.rawValue)m\(text)\u{1b}[0m" : text
  }
}
