/// A difference that is right as it is, and why.
struct KnownDifference {
  /// The machine's name.
  var machine: String
  /// What differs.
  var aspect: Aspect
  /// Why it may.
  var reason: String

  /// All that are known. One that no longer shows is reported, so that it goes.
  static let all: [KnownDifference] = []
}
