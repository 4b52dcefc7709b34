import ConformanceSides
import Foundation
import MemblockC

/// Visits every state that a machine can get into from the empty one, breadth first: Linux's
/// code and ours take each step together, and each new state is kept once.
///
/// A state is expanded in a child process, of which several run at once. It is reached anew by
/// the operations that led to it, so that what can't be seen of ours, the index of free space,
/// is as those operations have left it. From there every operation is tried, and undone.
struct Explorer {
  let machine: Machine
  let questions: [operation]
  let changes: [operation]
  let handOvers: [operation]
  private let ours = Snapshot()

  /// What an exploration came to.
  struct Outcome {
    var exploration: exploration
    var depth: Int
    var seconds: Double
    var signal: Int32
    /// Whether states were left that nobody has expanded.
    var isBounded: Bool
    /// The operations that show a difference.
    var finding: [operation]?
  }

  init(_ machine: Machine) {
    self.machine = machine
    questions = machine.questions
    changes = machine.changes
    handOvers = machine.handOvers
  }

  /// The operation of a number, as it is kept with a state or in a finding.
  private func operation(_ number: UInt32) -> operation {
    let number = Int(number)
    if number < changes.count { return changes[number] }
    if number < changes.count + questions.count { return questions[number - changes.count] }
    return handOvers[number - changes.count - questions.count]
  }
}

// MARK: All levels

extension Explorer {
  /// - Parameters:
  ///   - capacity: The states that there is room for.
  ///   - deadline: No level is begun after this, and none ended.
  func run(capacity: UInt64, deadline: Date, children: Int32) -> Outcome {
    let start = Date()
    let shared = unsafe exploration_make(capacity)!
    var empty = ConformanceSides.operation(OPERATION_reset)
    unsafe pair_step(&empty)
    unsafe exploration_insert(shared, key(), .max, .max)
    let level = Level(explorer: self, deadline: deadline)
    var outcome = unsafe Outcome(
      exploration: shared.pointee, depth: 0, seconds: 0, signal: 0, isBounded: false)
    var first: UInt64 = 0
    while true {
      level.end = unsafe shared.pointee.count
      unsafe shared.pointee.next = first
      // SAFETY: the level outlives the call, which waits for the children.
      outcome.signal = unsafe exploration_run(
        shared, children,
        { shared, context in
          let level = unsafe Unmanaged<Level>.fromOpaque(context!).takeUnretainedValue()
          unsafe level.explorer.expand(level, of: shared!)
        }, Unmanaged.passUnretained(level).toOpaque())
      outcome.exploration = unsafe shared.pointee
      if unsafe shared.pointee.has_finding != 0 {
        let finding = unsafe shared.pointee.finding
        outcome.finding = unsafe path(to: finding.state, in: shared)
        if finding.operation != .max { outcome.finding!.append(operation(finding.operation)) }
        break
      }
      first = level.end
      if Date() >= deadline { break }
      if unsafe first == shared.pointee.count { break }
      outcome.depth += 1
    }
    outcome.seconds = Date().timeIntervalSince(start)
    outcome.isBounded = outcome.exploration.dropped > 0 || Date() >= deadline
    return outcome
  }

  /// What a child is given: states up to `end` to expand.
  private final class Level {
    let explorer: Explorer
    let deadline: Date
    var end: UInt64 = 0

    init(explorer: Explorer, deadline: Date) {
      self.explorer = explorer
      self.deadline = deadline
    }
  }

  private func path(to state: UInt32, in shared: UnsafeMutablePointer<exploration>) -> [operation] {
    var path: [operation] = []
    var found = unsafe exploration_state(shared, UInt64(state))
    while found.operation != .max {
      path.append(operation(found.operation))
      found = unsafe exploration_state(shared, UInt64(found.parent))
    }
    return path.reversed()
  }

  private func key() -> state_key {
    pair_key(machine.tellsIndicesApart ? indexFingerprint : 0)
  }
}

// MARK: One state

extension Explorer {
  private func expand(_ level: Level, of shared: UnsafeMutablePointer<exploration>) {
    let atOnce: UInt64 = 16
    while unsafe shared.pointee.has_finding == 0, Date() < level.deadline {
      let first = unsafe exploration_take(shared, atOnce)
      if first >= level.end { return }
      for number in first..<min(first + atOnce, level.end) {
        guard unsafe expand(UInt32(number), of: shared) else { return }
      }
    }
  }

  /// Tries all operations on a state; false where one has shown a difference.
  private func expand(_ number: UInt32, of shared: UnsafeMutablePointer<exploration>) -> Bool {
    let state = unsafe exploration_state(shared, UInt64(number))
    // A number that was lost to another child.
    if number > 0 && state.operation == .max { return true }
    alarm(60)  // an operation that hangs is a finding too
    exploration_is_at(number, .max)
    unsafe reach(number, in: shared)
    let reached = key()
    guard reached.low == state.key.low, reached.high == state.key.high else {
      unsafe exploration_find(shared, number, .max)
      return false
    }
    pair_keep()
    ours.keep()

    var counts = exploration()
    defer { unsafe exploration_add(shared, &counts) }
    guard unsafe ask(of: number, shared, &counts) else { return false }
    return unsafe change(number, shared, &counts)
  }

  /// Asks everything of a state, and hands it over; false where the answers differ.
  private func ask(
    of state: UInt32, _ shared: UnsafeMutablePointer<exploration>, _ counts: inout exploration
  ) -> Bool {
    counts.questions += UInt64(questions.count + handOvers.count)
    for number in changes.count..<changes.count + questions.count + handOvers.count {
      var question = operation(UInt32(number))
      exploration_is_at(state, UInt32(number))
      guard unsafe pair_step(&question) == VERDICT_EQUAL else {
        unsafe exploration_find(shared, state, UInt32(number))
        return false
      }
      if question.code == OPERATION_free_all.rawValue { goBack() }
    }
    return true
  }

  /// Tries everything that may change a state; false where one shows a difference, or leaves ours
  /// with an invariant broken.
  private func change(
    _ state: UInt32, _ shared: UnsafeMutablePointer<exploration>, _ counts: inout exploration
  ) -> Bool {
    counts.transitions += UInt64(changes.count)
    for number in UInt32(0)..<UInt32(changes.count) {
      var change = changes[Int(number)]
      exploration_is_at(state, number)
      let verdict = unsafe pair_step(&change)
      if verdict.rawValue >= VERDICT_ANSWER_DIFFERS.rawValue || brokenInvariant != nil {
        unsafe exploration_find(shared, state, number)
        return false
      }
      unsafe exploration_count(&counts, verdict)
      if verdict.goesOn,
        unsafe exploration_insert(shared, key(), state, number) == INSERTION_NO_ROOM
      {
        counts.dropped += 1
      }
      goBack()
    }
    return true
  }

  /// Takes both sides to a state, from the empty tables on.
  private func reach(_ number: UInt32, in shared: UnsafeMutablePointer<exploration>) {
    var empty = ConformanceSides.operation(OPERATION_reset)
    unsafe pair_step(&empty)
    for var step in unsafe path(to: number, in: shared) { unsafe pair_step(&step) }
  }

  private func goBack() {
    pair_resume()
    ours.resume()
  }
}
