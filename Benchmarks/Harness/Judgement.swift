/// Where a measurement stands against what is wanted.
struct Judgement {
  /// Each wanted thing in words, and whether it was reached.
  var items: [(text: String, isReached: Bool)] = []

  /// Whether everything was reached.
  var isReached: Bool { items.allSatisfy(\.isReached) }

  /// Compares a measurement with its limits and with the others that these name.
  init(of measurement: Measurement, among all: [Measurement]) {
    let workload = measurement.workload
    if let limit = workload.wanted.nanoseconds {
      items.append(("≤ \(number(limit)) ns", measurement.minimum <= limit))
    }
    if let limit = workload.wanted.instructions, let count = measurement.instructions {
      items.append(("≤ \(number(limit)) instr", count <= limit))
    }
    if let (name, factor) = workload.wanted.speedup {
      let other = all.first {
        $0.workload.group == workload.group && $0.workload.work == workload.work
          && $0.workload.implementation == name
      }
      if let other {
        let ratio = other.minimum / measurement.minimum
        items.append(("\(number(ratio))× \(name), ≥ \(number(factor))×", ratio >= factor))
      }
    }
    func otherWork(_ name: String) -> Measurement? {
      all.first {
        $0.workload.group == workload.group && $0.workload.work == name
          && $0.workload.implementation == workload.implementation
      }
    }
    if let (name, factor) = workload.wanted.growth, let other = otherWork(name) {
      let ratio = measurement.minimum / other.minimum
      items.append(("\(number(ratio))× \(name), ≤ \(number(factor))×", ratio <= factor))
    }
    if let (name, factor) = workload.wanted.instructionGrowth,
      let count = measurement.instructions, let others = otherWork(name)?.instructions
    {
      let ratio = count / others
      items.append(
        ("\(number(ratio))× instr of \(name), ≤ \(number(factor))×", ratio <= factor))
    }
  }
}

/// A number with three significant digits at most, or all before the point.
func number(_ value: Double) -> String {
  guard value.isFinite else { return "–" }
  if value >= 100 || value == value.rounded() { return String(Int(value.rounded())) }
  let scale: Double = value >= 10 ? 10 : 100
  return String((value * scale).rounded() / scale)
}
