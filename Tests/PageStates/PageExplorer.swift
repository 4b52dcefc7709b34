import Foundation
import Synchronization

/// Visits every state that a machine's page allocator can get into, breadth first: from each, every
/// operation is done once, its answer and the state after it are compared with the model, and the
/// state is kept if it is new.
///
/// A state is kept as the operations that lead there, which are done again when its turn comes.
final class PageExplorer: Sendable {
  /// What an exploration came to.
  struct Outcome {
    var states = 0
    var expanded = 0
    var depth = 0
    var transitions = 0
    var seconds = 0.0
    /// The shortest list of operations that shows a difference, and what that is.
    var finding: Finding?
  }

  /// A difference, after the fewest operations that show it.
  struct Finding: Sendable {
    let operations: [PageOperation]
    let difference: String
  }

  /// What a thread is at.
  private final class Worker: Sendable {
    let state = Atomic(0)
    let operation = Atomic(0)
  }

  private let machine: PageMachine
  private let operations: [PageOperation]
  private let states: StateTable
  private let workers: [Worker]
  private let next = Atomic(0)
  private let transitions = Atomic(0)
  private let finding = Locked<Finding?>(nil)

  init(_ machine: PageMachine) throws {
    self.machine = machine
    let subject = try PageSubject(machine)
    operations = subject.operations
    precondition(operations.count <= Int(UInt16.max), "too many operations for their numbers")
    states = StateTable(subject.key())
    workers = (0..<ProcessInfo.processInfo.activeProcessorCount).map { _ in Worker() }
  }

  /// The number of operations that are tried in each state.
  var operationCount: Int { operations.count }

  /// Explores until no state is new, the time is over or so many states have been expanded.
  func run(until deadline: Date, limit: Int = .max) throws -> Outcome {
    let start = Date()
    let subjects = try workers.map { _ in Unshared(try PageSubject(machine)) }
    var outcome = Outcome()
    while Date() < deadline, outcome.expanded < min(states.count, limit) {
      let end = min(states.count, limit)
      DispatchQueue.concurrentPerform(iterations: workers.count) { number in
        expand(upTo: end, workers[number], subjects[number].value, until: deadline)
      }
      outcome.finding = finding.withLock { $0 }
      if outcome.finding != nil { break }
      outcome.expanded = min(next.load(ordering: .relaxed), end)
      next.store(outcome.expanded, ordering: .relaxed)
      if outcome.expanded < states.count { outcome.depth += 1 }
    }
    outcome.states = states.count
    outcome.transitions = transitions.load(ordering: .relaxed)
    outcome.seconds = Date().timeIntervalSince(start)
    return outcome
  }

  /// What each thread is at: after which operations it tries which.
  var positions: [[PageOperation]] {
    workers.map {
      machine.preparation + path(to: $0.state.load(ordering: .relaxed))
        + [operations[$0.operation.load(ordering: .relaxed)]]
    }
  }

  private func path(to state: Int) -> [PageOperation] {
    states.path(to: state).map { operations[$0] }
  }

  /// Takes states one after the other, until those of this depth are used up.
  private func expand(
    upTo end: Int, _ worker: Worker, _ subject: PageSubject, until deadline: Date
  ) {
    while Date() < deadline, finding.withLock({ $0 == nil }) {
      let state = next.add(1, ordering: .relaxed).oldValue
      if state >= end { return }
      worker.state.store(state, ordering: .relaxed)
      expand(state, worker, subject)
    }
  }

  private func expand(_ state: Int, _ worker: Worker, _ subject: PageSubject) {
    let path = path(to: state)
    ExplorationTrap.keepAlive()
    subject.go(to: path)
    for (number, operation) in operations.enumerated() {
      worker.operation.store(number, ordering: .relaxed)
      var difference = subject.step(operation)
      if difference == nil, operation != .tearDown,
        states.insert(subject.key(), parent: UInt32(state), operation: UInt16(number))
      {
        // They look at nothing but what the key was made of, and so once is enough.
        difference = subject.brokenInvariant
      }
      if let difference {
        let found = Finding(
          operations: machine.preparation + path + [operation], difference: difference)
        finding.withLock { if $0 == nil { $0 = found } }
        return
      }
      subject.goBack()
    }
    transitions.add(operations.count, ordering: .relaxed)
  }

  /// Passes what only one thread at a time uses to that thread.
  private struct Unshared<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }
}
