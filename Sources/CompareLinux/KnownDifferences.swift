/// A difference that is right as it is, and why.
struct KnownDifference {
  /// The machine's name.
  var machine: String
  /// What differs.
  var aspect: Aspect
  /// Why it may.
  var reason: String

  /// All that are known. One that no longer shows is reported, so that it goes.
  static let all = [
    KnownDifference(
      machine: "an entry beyond the memory", aspect: .distances,
      reason: "Linux's files tell of nodes that are online; ours also of one that could come"),
    KnownDifference(
      machine: "junk", aspect: .userMap,
      reason: "memmap=1M@ has no address: Linux takes 0 for it, ours refuses it with a line"),
  ]
}
