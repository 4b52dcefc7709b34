import Foundation

/// Every workload there is, by group. A group is set up when it is asked for.
let groups: [(name: String, workloads: () -> [Workload])] = [
  ("memblock", memblockWorkloads), ("pages", pageWorkloads), ("firmware", firmwareWorkloads),
]

/// Every figure that is not a row of the table, by what its name begins with. A group is worked
/// out when one of its figures is asked for.
let figureGroups: [(name: String, figures: () -> [Figure])] = [
  ("pages: metadata", pageFigures), ("pages: a step of mixed", MixedTimes.figures),
  ("pages: two threads", PageThreads.figures), ("pages: aged", Ageing.figures),
]

func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

let arguments: Arguments
do {
  arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
} catch let error as Arguments.Wrong {
  say("Benchmarks: \(error.text)\n\(Arguments.usage)")
  exit(2)
}

if let name = arguments.once {
  // "memblock growth" and its like are set up with the group whose name they begin with.
  let group = groups.first { name.hasPrefix($0.name) }
  guard let workload = group?.workloads().first(where: { $0.name == name }) else {
    say("Benchmarks: no workload is called '\(name)'")
    exit(2)
  }
  let run = workload.prepare()
  benchmarkBody(run.body)
  print(run.operations)
  exit(0)
}

/// Whether the command line lets something of that name in.
func isWanted(_ name: String) -> Bool {
  arguments.filter.isEmpty || name.contains(arguments.filter)
}

let workloads = groups.flatMap { $0.workloads() }
var measurements = workloads.filter { isWanted($0.name) }.map(Measurement.init)
for round in 1...arguments.rounds {
  say("round \(round) of \(arguments.rounds)")
  for index in measurements.indices where !measurements[index].measure() {
    say("Benchmarks: \(measurements[index].workload.name) came to another result than before")
    exit(1)
  }
}
for index in measurements.indices {
  let workload = measurements[index].workload
  let peer = measurements.first {
    $0.workload.group == workload.group && $0.workload.work == workload.work
  }
  if let peer, peer.result != measurements[index].result {
    say("Benchmarks: \(workload.name) and \(peer.workload.name) came to different results")
    exit(1)
  }
}
if arguments.countsInstructions {
  if let callgrind = Callgrind() {
    for index in measurements.indices where measurements[index].workload.countsInstructions {
      say("counting instructions of \(measurements[index].workload.name)")
      measurements[index].instructions = try callgrind.instructions(
        of: measurements[index].workload)
    }
    callgrind.close()
  } else {
    say("valgrind or objcopy is not installed: instructions are not counted")
  }
}
var figures: [Figure] = []
for group in figureGroups
where isWanted(group.name) || arguments.filter.hasPrefix(group.name) {
  say(group.name)
  figures += group.figures().filter { isWanted($0.name) }
}
let report = Report(measurements: measurements, figures: figures)
print(report.table)
if let path = arguments.jsonPath {
  try report.json().write(to: URL(fileURLWithPath: path))
}
exit(report.isReached ? 0 : 1)
