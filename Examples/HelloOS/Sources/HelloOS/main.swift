import Kernel

boot { machine in
  reportMemory(of: machine)
  tick(on: machine)
  echoKeys(of: machine)
}

/// How much memory there is, and on which nodes.
func reportMemory(of machine: BootedMachine) {
  let memory = machine.memory
  print("HelloOS: \(memory.free >> 20) of \(memory.total >> 20) MiB are free")
  for node in machine.nodes {
    let frames = node.zone(.dma32).map { $0.present } ?? 0
    print("node \(node.id.value) has \(frames * 4096 / 1_048_576) MiB that 32-bit devices reach")
  }
  print("loaded by \(machine.loaderName ?? "nobody"), with \(machine.modules.count) modules")
}

/// The date, and the time by a timer's interrupts.
func tick(on machine: BootedMachine) {
  if let now = machine.clock.date { print("the date is \(now.year)-\(now.month)-\(now.day)") }
  var ticks = 0
  let start = machine.clock.nanoseconds
  let timer = machine.clock.every(milliseconds: 10) { ticks += 1 }
  machine.clock.sleep(milliseconds: 105)
  if let timer { machine.clock.cancel(timer) }
  let elapsed = (machine.clock.nanoseconds - start) / 1_000_000
  print("\(ticks) ticks of 10 ms in \(elapsed) ms")
}

/// Shows what is typed until Escape or `q`, or until nothing was typed for two seconds; then how often
/// each key was.
func echoKeys(of machine: BootedMachine) {
  print("type, and q to end")
  var counts: [UInt8: Int] = [:]
  while let key = machine.keys.wait(milliseconds: 2000), key != .escape {
    guard case .character(let letter) = key, letter != UInt8(ascii: "q") else { break }
    print("you typed \(UnicodeScalar(letter))")
    counts[letter, default: 0] += 1
  }
  for letter in UInt8.min...UInt8.max {
    if let count = counts[letter] { print("\(UnicodeScalar(letter)): \(count) times") }
  }
}
