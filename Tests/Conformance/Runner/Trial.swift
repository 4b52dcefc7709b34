import ConformanceSides
import Foundation
import MemblockC

/// How a list of operations went on both sides.
struct Trial {
  /// The operation that showed a difference, if one did.
  private(set) var failure: (index: Int, explanation: String)?
  /// How many operations came to each verdict, by its number.
  private(set) var verdicts = [UInt64](repeating: 0, count: Int(VERDICT_COUNT.rawValue))

  /// Whether each operation came to the same on both sides, and Linux survived them all.
  var isEqualThroughout: Bool { verdicts.dropFirst().allSatisfy { $0 == 0 } }

  /// The operations after which a trace that ended well is looked at from all sides.
  private static let epilogue: [operation] = [
    operation(OPERATION_mem_ranges), operation(OPERATION_rsv_ranges),
    operation(OPERATION_free_ranges, .max, 0), operation(OPERATION_free_ranges_rev, .max, 0),
    operation(OPERATION_free_ranges, 0, 31), operation(OPERATION_free_ranges_rev, 1, 31),
    operation(OPERATION_pfn_ranges, .max), operation(OPERATION_pfn_ranges, 1),
  ]

  /// Runs operations from fresh tables until they end, or something does.
  mutating func run(_ next: () -> operation?) {
    alarm(10)  // a trace that hangs is a finding too
    var fresh = operation(OPERATION_reset)
    guard step(&fresh, at: -1) else { return }
    var index = 0
    var isTornDown = false
    while var operation = next() {
      guard step(&operation, at: index) else { return }
      isTornDown = isTornDown || operation.code == OPERATION_free_all.rawValue
      index += 1
    }
    if let broken = brokenInvariant {
      failure = (index, "  ours: \(broken)\n")
      return
    }
    if isTornDown { return }
    for var operation in Self.epilogue {
      guard step(&operation, at: index) else { return }
    }
  }

  private mutating func step(_ operation: inout operation, at index: Int) -> Bool {
    // SAFETY: the operation is read, and only during the call.
    let verdict = unsafe pair_step(&operation)
    verdicts[Int(verdict.rawValue)] += 1
    if verdict.rawValue >= VERDICT_ANSWER_DIFFERS.rawValue {
      failure = (index, Self.explanation())
    }
    return verdict.goesOn
  }

  private static func explanation() -> String {
    var text = [CChar](repeating: 0, count: 4096)
    // SAFETY: the text is given with its size.
    unsafe pair_explain(&text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension verdict {
  /// Whether the trace goes on. Verdicts are in order: those where it does, those where it ends
  /// with nothing wrong, those where the sides differ.
  var goesOn: Bool { rawValue <= VERDICT_REFUSED_TABLE.rawValue }
}
