import ConformanceSides
import Foundation

// Runs Linux's memblock and ours on the same random operations, and compares all that can be
// seen of them after each. Scripts/conformance.sh builds Linux's side and calls this.

let usage = """
  usage: conformance LINUX.so compare OPERATIONS [SEED]   compare; exit 1 on a difference
         conformance LINUX.so record COUNT FOLDER [SEED]  write COUNT random traces
         conformance LINUX.so explore MACHINES SECONDS    visit every state of small machines;
                                                          MACHINES is small or large
  """

func fail(_ message: String, status: Int32) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(status)
}

/// A count with an optional suffix k, M or G, in either case, each a thousand times the one before.
func count(_ text: String) -> UInt64? {
  let scales: [Character: UInt64] = ["K": 1_000, "M": 1_000_000, "G": 1_000_000_000]
  guard let last = text.last else { return nil }
  guard let scale = scales[Character(last.uppercased())] else { return UInt64(text) }
  guard let number = UInt64(text.dropLast()) else { return nil }
  let (product, overflow) = number.multipliedReportingOverflow(by: scale)
  return overflow ? nil : product
}

/// The operations of the trace of a seed, up to the one that shows a difference.
///
/// What is drawn depends on Linux's tables, and so Linux must run along. Where ours crashes, this
/// process would die of it: then Linux runs alone.
func operations(of seed: UInt64, crashes: Bool) -> [operation] {
  var generator = Generator(seed: seed)
  var operations: [operation] = []
  if !crashes {
    var trial = Trial()
    trial.run {
      guard let operation = generator.next() else { return nil }
      operations.append(operation)
      return operation
    }
    return operations
  }
  var fresh = operation(OPERATION_reset)
  unsafe pair_step_linux(&fresh)
  while var operation = generator.next() {
    operations.append(operation)
    guard unsafe pair_step_linux(&operation) == OUTCOME_ANSWERED else { break }
  }
  return operations
}

func report(seed: UInt64, signal: Int32) -> Never {
  print("difference in the random trace \(seed)\(signal == 0 ? "" : " (signal \(signal))")")
  let operations = operations(of: seed, crashes: signal != 0)
  guard Isolated.differs(operations) else {
    fail("the trace \(seed) does not show it again", status: 1)
  }
  reportShortest(operations, signal: signal)
}

/// Prints the shortest trace that shows what these operations do.
func reportShortest(_ operations: [operation], signal: Int32) -> Never {
  var shrinker = Shrinker(operations)
  shrinker.shrink()
  print("the shortest trace found that shows it:")
  for operation in shrinker.operations { print(operation.line) }
  if signal == 0 {
    var index = 0
    var trial = Trial()
    trial.run {
      defer { index += 1 }
      return index < shrinker.operations.count ? shrinker.operations[index] : nil
    }
    if let failure = trial.failure { print(failure.explanation, terminator: "") }
  }
  exit(1)
}

func compare(_ wanted: UInt64, seed first: UInt64) {
  var total = pair_progress()
  var seed = first
  while total.operations < wanted {
    // A trace has some hundreds of operations.
    let traces = min(500, max(10, (wanted - total.operations) / 300))
    let outcome = Isolated.runRandom(from: seed, traces: traces)
    total.add(outcome.progress)
    if outcome.isFinding { report(seed: outcome.progress.seed, signal: outcome.signal) }
    seed = outcome.progress.seed
  }
  print(summary(of: total, seed: first))
}

func summary(of total: pair_progress, seed: UInt64) -> String {
  let stops = Stops { total.count(of: $0) }
  return """
    \(total.operations) operations compared in \(total.traces) traces from seed \(seed): no difference
    gone on after \(stops.refused.sum) that Linux does not survive and ours refuses: \(stops.refused.text)
    \(stops.ended.sum) traces ended early: \(stops.ended.text)
    """
}

func record(_ wanted: UInt64, in folder: String, seed first: UInt64) {
  var written: UInt64 = 0
  var seed = first
  while written < wanted {
    if let trace = Recorder.trace(seed: seed) {
      let path = "\(folder)/seed-\(seed).trace"
      do { try trace.write(toFile: path, atomically: true, encoding: .utf8) } catch {
        fail("\(path): \(error.localizedDescription)", status: 2)
      }
      written += 1
    }
    seed += 1
  }
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 3 else { fail(usage, status: 2) }
let words = Array(arguments)
if let problem = unsafe pair_open(words[0]) {
  unsafe fail("\(words[0]): \(String(cString: problem))", status: 2)
}
if words[1] == "explore" {
  guard words.count == 4, let machines = Machine.sets[words[2]], let seconds = Double(words[3])
  else { fail(usage, status: 2) }
  Exploration.run(machines, seconds: seconds, mustEnd: words[2] == "small")
  exit(0)
}
let seedWord = words[1] == "record" ? 4 : 3
let seed = words.count > seedWord ? UInt64(words[seedWord]) : UInt64.random(in: 1...1 << 32)
guard let amount = count(words[2]), amount > 0 else {
  fail("'\(words[2])' is not a count such as 1000, 200k or 1M", status: 2)
}
guard let seed else { fail("'\(words[seedWord])' is not a seed", status: 2) }
switch words[1] {
case "compare": compare(amount, seed: seed)
case "record" where words.count > 3: record(amount, in: words[3], seed: seed)
default: fail(usage, status: 2)
}
