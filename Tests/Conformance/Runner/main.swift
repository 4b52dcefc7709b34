import ConformanceSides
import Foundation

// Runs Linux's memblock and ours on the same random operations, and compares all that can be
// seen of them after each. Scripts/conformance.sh builds Linux's side and calls this.

let usage = """
  usage: conformance LINUX.so compare OPERATIONS [SEED]   compare; exit 1 on a difference
         conformance LINUX.so record COUNT FOLDER [SEED]  write COUNT random traces
  """

func fail(_ message: String, status: Int32) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(status)
}

/// A count with an optional suffix K, M or G, each a thousand times the one before.
func count(_ text: String) -> UInt64? {
  let scales: [Character: UInt64] = ["K": 1_000, "M": 1_000_000, "G": 1_000_000_000]
  guard let last = text.last else { return nil }
  guard let scale = scales[last] else { return UInt64(text) }
  guard let number = UInt64(text.dropLast()) else { return nil }
  let (product, overflow) = number.multipliedReportingOverflow(by: scale)
  return overflow ? nil : product
}

/// The operations of the trace of a seed, up to the one that shows a difference.
///
/// A crash is found by letting a child run the trace to ever later operations, so what is
/// drawn there is drawn by Linux's state alone.
func operations(of seed: UInt64) -> [operation] {
  var generator = Generator(seed: seed)
  var operations: [operation] = []
  // The generator looks at Linux's tables, so Linux must run along; where ours crashes, the
  // operations before that are what is needed, and this process would die. Linux runs alone.
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
  var shrinker = Shrinker(operations(of: seed))
  guard Isolated.differs(shrinker.operations) else {
    fail("the trace \(seed) does not show it again", status: 1)
  }
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
    let outcome = Isolated.runRandom(from: seed, traces: 500)
    total.operations += outcome.progress.operations
    total.traces += outcome.progress.traces
    total.panics += outcome.progress.panics
    total.bugs += outcome.progress.bugs
    total.out_of_window += outcome.progress.out_of_window
    total.wraps += outcome.progress.wraps
    total.freed_tables += outcome.progress.freed_tables
    if outcome.isFinding { report(seed: outcome.progress.seed, signal: outcome.signal) }
    seed = outcome.progress.seed
  }
  print(
    """
    \(total.operations) operations in \(total.traces) traces from seed \(first): no difference \
    (Linux panicked over a full table in \(total.panics), stopped with a BUG in \(total.bugs), \
    needed memory above 1 TiB in \(total.out_of_window), trimmed past 2^64 in \(total.wraps), \
    freed its own table in \(total.freed_tables))
    """)
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
let seedWord = words[1] == "record" ? 4 : 3
let seed = words.count > seedWord ? UInt64(words[seedWord]) : UInt64.random(in: 1...1 << 32)
guard let amount = count(words[2]), amount > 0 else {
  fail("'\(words[2])' is not a count such as 1000, 200K or 1M", status: 2)
}
guard let seed else { fail("'\(words[seedWord])' is not a seed", status: 2) }
switch words[1] {
case "compare": compare(amount, seed: seed)
case "record" where words.count > 3: record(amount, in: words[3], seed: seed)
default: fail(usage, status: 2)
}
