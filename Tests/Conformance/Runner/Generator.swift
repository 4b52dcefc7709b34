import ConformanceSides

/// Draws the operations of a trace, one at a time, with an eye on the tables as they are:
/// most ranges start or end at, or just beside, a region that is there.
struct Generator {
  private var random: RandomNumbers
  private let scenario: Scenario
  /// The operations that set the stage, last one first.
  private var prologue: [operation] = []
  private(set) var remaining: Int
  /// How many operations follow the hand-over, and then perhaps the end of memblock.
  private var late = 0

  init(seed: UInt64) {
    random = RandomNumbers(seed: seed)
    scenario = Scenario(using: &random)
    remaining = scenario.operations
    prologue = stage().reversed()
  }

  mutating func next() -> operation? {
    if let operation = prologue.popLast() { return operation }
    guard remaining > 0 else { return nextLate() }
    remaining -= 1
    if remaining == 0 && random.once(in: 3) {
      late = 1 + random.below(6)
      return operation(OPERATION_free_all, random.spread(bits: 26))
    }
    return draw(random.pick(scenario.mix))
  }

  /// What may follow the hand-over.
  private mutating func nextLate() -> operation? {
    guard late > 0 else { return nil }
    late -= 1
    if late == 0 { return random.once(in: 2) ? operation(OPERATION_discard) : nil }
    switch random.below(4) {
    case 0: return draw(OPERATION_reserve_mem_find)
    case 1 where pair_has(OPERATION_reserve_mem_release.rawValue) != 0:
      return draw(OPERATION_reserve_mem_release)
    default: return lateFree()
    }
  }

  /// Memory below its end, which ours demands, and not so much that Linux frees it for minutes;
  /// not in the last page of all, where Linux's rounding comes out at 0.
  private mutating func lateFree() -> operation {
    let end = min(pair_memory_end(), 0 &- 0x1000)
    let start = min(address(), end)
    return operation(OPERATION_free_late, start, min(size(from: start), end - start, 1 << 30))
  }

  /// Memory to work in, and a crowd of regions that don't touch, so that a table is near its
  /// end or past it.
  private mutating func stage() -> [operation] {
    var operations: [operation] = []
    if scenario.resizes { operations.append(operation(OPERATION_resize)) }
    if random.once(in: 3) { operations.append(operation(OPERATION_bottom_up, 1)) }
    if random.once(in: 4) { operations.append(operation(OPERATION_mirrored_kernelcore, 1)) }
    if random.once(in: 4) { operations.append(operation(OPERATION_movable_node, 1)) }
    if !random.once(in: 8) {
      let size = (1 as UInt64) << UInt64(min(scenario.addressBits, 40) - 1)
      operations.append(operation(OPERATION_add, random.once(in: 2) ? 0 : scenario.grain, size))
    }
    let step = max(scenario.grain, 2) << UInt64(random.below(3))
    let base = (random.spread(bits: scenario.addressBits) / scenario.grain) &* scenario.grain
    var places = Array(0..<scenario.crowd)
    if random.once(in: 2) { places.shuffle(using: &random) }
    for place in places {
      let start = base &+ UInt64(place) &* step
      operations.append(
        operation(
          scenario.crowdsReserved ? OPERATION_reserve : OPERATION_add, start, max(step / 2, 1)))
    }
    return operations
  }

  private mutating func draw(_ code: operation_code) -> operation {
    var drawn = operation(code)
    for (index, letter) in drawn.letters.enumerated() {
      switch letter {
      case "B": drawn[index] = address()
      case "S":
        let isAllocation = drawn.letters.first == "S"
        drawn[index] = isAllocation ? allocationSize(for: code) : size(from: drawn[0])
      case "N": drawn[index] = node()
      case "F": drawn[index] = flags(for: code)
      case "A": drawn[index] = alignment()
      case "L": drawn[index] = random.once(in: 2) ? 0 : address()
      case "U": drawn[index] = bound(for: code)
      case "O": drawn[index] = UInt64(random.below(2))
      case "I": drawn[index] = random.once(in: 20) ? .max : UInt64(random.below(10))
      case "E":
        drawn[index] = drawn[index - 1] + 1 + random.spread(bits: scenario.addressBits) >> 12
      default: drawn[index] = address() >> 12
      }
    }
    return drawn
  }

  /// An address: at or beside a boundary, or anywhere.
  private mutating func address() -> UInt64 {
    let count = pair_boundary_count()
    if count > 0 && random.below(3) > 0 {
      let boundary = pair_boundary(random.below(count))
      switch random.below(8) {
      case 0: return boundary &+ 1
      case 1: return boundary &- 1
      case 2: return boundary &+ scenario.grain
      case 3: return boundary &- scenario.grain
      default: return boundary
      }
    }
    if random.once(in: 60) { return random.pick([0, .max, .max - 1, .max - 0xfff, 1 << 63]) }
    return onGrain(random.spread(bits: scenario.addressBits))
  }

  private mutating func size(from base: UInt64) -> UInt64 {
    switch random.below(12) {
    case 0: return random.pick([0, 1, .max, .max &- base, 1 << 63])
    case 1, 2, 3: return address() &- base
    case 4: return onGrain(random.spread(bits: scenario.addressBits))
    case 5: return random.spread(bits: 12)
    default:
      return scenario.grain &* UInt64(1 + random.below(16)) &- (random.once(in: 9) ? 1 : 0)
    }
  }

  /// Sizes to allocate. What is zeroed, or will be when it is released, is kept small, since that
  /// memory is really written.
  private mutating func allocationSize(for code: operation_code) -> UInt64 {
    if random.once(in: 40) { return 0 }
    if code == OPERATION_reserve_mem && random.once(in: 10) {
      return .max - random.spread(bits: 13)
    }
    let zeroed = [OPERATION_try_nid, OPERATION_alloc_or_panic, OPERATION_reserve_mem]
    if zeroed.contains(code) || random.once(in: 2) { return random.spread(bits: 14) }
    if random.once(in: 30) { return .max - random.spread(bits: 13) }
    return random.spread(bits: scenario.addressBits)
  }

  private mutating func alignment() -> UInt64 {
    if random.once(in: 50) { return 0 }
    if random.once(in: 50) { return random.spread(bits: 20) }
    return 1 << UInt64(random.below(random.once(in: 8) ? 64 : 22))
  }

  private mutating func bound(for code: operation_code) -> UInt64 {
    switch random.below(5) {
    case 0: return 0
    case 1: return .max
    case 2: return random.once(in: 4) ? 1 : onGrain(random.spread(bits: scenario.addressBits))
    default: return address()
    }
  }

  private mutating func node() -> UInt64 {
    if scenario.nodes == 0 || random.once(in: 4) {
      return random.once(in: 6) ? 1024 : .max
    }
    return UInt64(random.below(scenario.nodes))
  }

  private mutating func flags(for code: operation_code) -> UInt64 {
    if random.once(in: 2) { return 0 }
    return random.once(in: 2) ? 1 << UInt64(random.below(4)) : UInt64(random.below(32))
  }

  private mutating func onGrain(_ value: UInt64) -> UInt64 {
    random.once(in: scenario.raggedness) ? value : value / scenario.grain &* scenario.grain
  }
}
