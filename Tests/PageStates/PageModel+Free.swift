import Addressing
import PageAllocator

/// What a free is of, or why it must be refused whatever is allocated.
enum FreedBlocks {
  case blocks([PageModel.Block])
  case refused(FreeError)
}

extension PageModel {
  /// A block of 2^order frames.
  struct Block {
    let units: Range<Int>
    let order: Int
  }

  /// The largest aligned blocks that a run is made of.
  static func blocks(of range: Range<Int>, _ machine: PageMachine) -> [Block] {
    var blocks: [Block] = []
    var first = range.lowerBound
    while first < range.upperBound {
      let frame = machine.frame(of: first).value
      let left = (range.upperBound - first) << machine.unitOrder
      let order = min(
        frame.trailingZeroBitCount, Int.bitWidth - 1 - left.leadingZeroBitCount,
        machine.largestOrder)
      let end = first + 1 << (order - machine.unitOrder)
      blocks.append(Block(units: first..<end, order: order))
      first = end
    }
    return blocks
  }

  /// What a free of one block is of.
  func blocks(_ unit: Int, _ order: Int) -> FreedBlocks {
    guard order >= 0, order <= machine.maximumOrder else { return .refused(.tooLarge) }
    guard let part = machine.part(of: unit) else { return .refused(.notMemory) }
    let size: UInt64 = 1 << UInt64(order)
    let frame = machine.frame(of: unit).value
    guard frame.isMultiple(of: size) else { return .refused(.misaligned) }
    let end = machine.frame(of: machine.parts[part].units.upperBound).value
    guard size <= end - frame else { return .refused(.straddlesZones) }
    let count = max(1, 1 << (order - machine.unitOrder))
    return .blocks([Block(units: unit..<unit + count, order: order)])
  }

  /// What a free of a run is of.
  func blocks(_ range: Range<Int>) -> FreedBlocks {
    guard !range.isEmpty, let part = machine.part(of: range.lowerBound) else {
      return .refused(.notMemory)
    }
    guard range.upperBound <= machine.parts[part].units.upperBound else {
      return .refused(.straddlesZones)
    }
    return .blocks(Self.blocks(of: range, machine))
  }

  /// Checks the answer to a free: all blocks must be allocated as they are freed.
  mutating func freed(_ answer: PageAnswer, _ freed: FreedBlocks) -> String? {
    var wanted = PageAnswer.freed
    switch freed {
    case .refused(let error): wanted = .notFreed(error)
    case .blocks(let blocks):
      if let error = blocks.compactMap({ error(freeing: $0) }).first {
        wanted = .notFreed(error)
      } else {
        for unit in blocks.flatMap(\.units) { units[unit] = .free }
      }
    }
    return answer == wanted ? nil : "wanted: \(wanted)"
  }

  private func error(freeing block: Block) -> FreeError? {
    switch units[block.units.lowerBound] {
    case .free: .alreadyFree
    case .reserved: .reserved
    case .inside: .notStartOfBlock
    case .head(let order): order == block.order ? nil : .wrongOrder(actual: order)
    }
  }

  /// Checks the answer to a release: it makes what is reserved free, and nothing else.
  mutating func released(_ answer: PageAnswer, _ range: Range<Int>) -> String? {
    let reserved = range.filter { units[$0] == .reserved }
    for unit in reserved { units[unit] = .free }
    let wanted = PageAnswer.released(UInt64(reserved.count) << UInt64(machine.unitOrder))
    return answer == wanted ? nil : "wanted: \(wanted)"
  }

  /// How many free blocks of each order there are in a part, with everything merged.
  func freeBlocks(of part: PageMachine.Part) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: machine.maximumOrder + 1)
    var free = part.units.map { units[$0] == .free }
    for order in stride(from: machine.maximumOrder, through: machine.unitOrder, by: -1) {
      let count = 1 << (order - machine.unitOrder)
      for unit in part.units where unit + count <= part.units.upperBound {
        let places = unit - part.units.lowerBound..<unit - part.units.lowerBound + count
        guard machine.frame(of: unit).value.isMultiple(of: 1 << UInt64(order)),
          places.allSatisfy({ free[$0] })
        else { continue }
        for place in places { free[place] = false }
        counts[order] += 1
      }
    }
    return counts
  }
}
