import Addressing
import Kernel

// The kernel with tests: it boots, from information that a module may spoil, runs what `test=` on
// its command line names, from the seed that `seed=` gives
// (`rounds=`: how long the soak of all processors is), and ends the machine by what came out.
boot(changing: spoilInformation) { machine in
  let information = machine.information
  let seed = information.number(of: "seed") ?? 1
  let rounds = information.number(of: "rounds") ?? 5_000
  information.withOption("test") { name in
    guard let name else { return }
    FaultTests.run(name)
    EndTests.run(name, machine)
    TestGroups.run(name, on: machine, seed: seed, rounds: rounds)
    console.write("no test has the name '")
    console.write(utf8: name)
    console.write("'\n")
    exitMachine(.failure)
  }
}
