import Addressing

/// Unsorted, overlapping entries made into a sorted list without overlaps.
extension MemoryMap {
  /// Makes the map a sorted list without overlaps: at each address the greatest type of all
  /// entries there wins, and neighbours of one type are one entry. O(n log n).
  ///
  /// ```
  ///   entries   [ usable ......................... ]    one inside another: the greater type
  ///                    [ reserved ... ]                 cuts the lesser one in two
  ///   map       [usable][ reserved ...][usable .....]
  ///
  ///   entries   [ reserved ..... ]                      overlapping ends: the greater type
  ///                        [ usable ......... ]         keeps all of its bytes
  ///   map       [ reserved .....][ usable ....]
  ///
  ///   entries   [ usable ....]                          overlapping or touching, of one type:
  ///                      [ usable ....][ usable ]       one entry
  ///   map       [ usable .......................]
  ///
  ///   entries   [ reserved .][ reserved ... ]           the same place twice: the greatest type
  ///             [ ACPI ......... ]                      of all that are there
  ///   map       [ ACPI ......... ][ reserved ]
  ///
  ///   entries   [ soft reserved .............. ]        soft-reserved and old persistent memory
  ///                      [ usable ]                     is cut at every border, though it wins,
  ///   map       [ soft .][ soft ..][ soft .....]        and never joined
  /// ```
  ///
  /// The entries' borders are visited from low to high. At each, the entries that start there
  /// go onto a heap, those that ended go off its top as they come up, and the top tells the
  /// type from there on. Persistent (legacy) and soft-reserved memory is cut at every border.
  ///
  /// **When the pieces are more than 1,024**, usable ones below a size are left out, the size
  /// being the smallest power of two, from 4 KiB, with which the rest fits. Where no size
  /// does, neighbours that are not usable are also joined, as reserved, over the gaps between
  /// them. One line on the log says so. Memory can be lost; nothing reserved becomes usable.
  ///
  /// Linux: `e820__update_table`, which is quadratic in overlaps, refuses maps of one entry,
  /// and cuts off the highest pieces where they are too many (3,200 on x86-64).
  public mutating func sanitize(log: inout some TextSink & ~Copyable) {
    let borders = sortBorders()
    var rule = PieceRule()
    var made = sweep(borders, rule)
    if made.count > Self.capacity {
      let needed = made.count
      rule = made.ruleThatFits
      made = sweep(borders, rule)
      while made.count > Self.capacity {
        rule.smallestUsable <<= 1
        made = sweep(borders, rule)
      }
      report(rule, needed: needed, made, log: &log)
    }
    for index in 0..<made.count { entries[index] = scratch.pieces[index] }
    count = made.count
    unsanitizedCount = 0
  }

  /// Which pieces are kept when they are too many.
  private struct PieceRule {
    /// Usable pieces with fewer bytes are left out.
    var smallestUsable: UInt64 = 0
    /// Whether what is not usable is joined over gaps, as reserved.
    var joinsReserved = false
  }

  /// What a sweep made.
  private struct Pieces {
    /// How many pieces there are; more than the table holds where they don't fit.
    var count = 0
    /// The last piece.
    var last = Entry()
    /// How many usable pieces were left out.
    var leftOut = 0
    /// The bytes in those.
    var bytesLeftOut: UInt64 = 0
    /// How many usable pieces have sizes from 2^n to below 2^(n+1).
    var usableBySize = InlineArray<64, UInt16>(repeating: 0)

    /// The mildest rule with which these pieces fit into the table. Where leaving out is not
    /// enough, joining starts from 4 KiB and may need more than that.
    var ruleThatFits: PieceRule {
      var rest = count
      for power in 0..<63 {
        rest -= Int(usableBySize[power])
        if rest <= MemoryMap.capacity, power >= 11 {
          return PieceRule(smallestUsable: 2 << UInt64(power))
        }
      }
      return PieceRule(smallestUsable: 4096, joinsReserved: true)
    }
  }

  /// Fills `scratch.starts` and `scratch.ends`; returns how many entries are in them.
  private mutating func sortBorders() -> Int {
    var borders = 0
    for index in 0..<count where !entries[index].isEmpty {
      scratch.starts[borders] = index
      scratch.ends[borders] = index
      borders += 1
    }
    entries.sort(&scratch.starts, borders, spare: &scratch.merged, by: .start)
    entries.sort(&scratch.ends, borders, spare: &scratch.merged, by: .end)
    return borders
  }

  /// Visits the borders of the `borders` sorted entries from low to high and makes the pieces
  /// between them. Reads only the entries; pieces past the table's end are counted.
  private mutating func sweep(_ borders: Int, _ rule: PieceRule) -> Pieces {
    var pieces = Pieces()
    var heapCount = 0
    var nextStart = 0
    var nextEnd = 0
    var open = Entry()
    while nextEnd < borders {
      var position = entries[scratch.ends[nextEnd]].end
      if nextStart < borders {
        position = Swift.min(position, entries[scratch.starts[nextStart]].start)
      }
      while nextStart < borders, entries[scratch.starts[nextStart]].start == position {
        entries.push(scratch.starts[nextStart], onto: &scratch.heap, &heapCount)
        nextStart += 1
      }
      while nextEnd < borders, entries[scratch.ends[nextEnd]].end == position {
        nextEnd += 1
      }
      while heapCount > 0, entries[scratch.heap[0]].end <= position {
        entries.popTop(of: &scratch.heap, &heapCount)
      }
      let type = heapCount > 0 ? entries[scratch.heap[0]].type : .nothing
      if type != open.type || type.staysApart {
        open.end = position
        if !open.isEmpty { keep(open, rule, &pieces) }
        open = Entry(AddressRange(from: position, to: position), type)
      }
    }
    return pieces
  }

  /// Adds a piece to those made so far, if the rule lets it.
  private mutating func keep(_ piece: Entry, _ rule: PieceRule, _ pieces: inout Pieces) {
    if piece.type == .usable {
      guard piece.size >= rule.smallestUsable else {
        pieces.leftOut += 1
        pieces.bytesLeftOut += piece.size
        return
      }
      pieces.usableBySize[63 - piece.size.leadingZeroBitCount] += 1
    } else if rule.joinsReserved, pieces.count > 0, pieces.last.type != .usable {
      pieces.last.end = piece.end
      pieces.last.type = .reserved
      if pieces.count <= Self.capacity { scratch.pieces[pieces.count - 1] = pieces.last }
      return
    }
    pieces.last = piece
    if pieces.count < Self.capacity { scratch.pieces[pieces.count] = piece }
    pieces.count += 1
  }

  private func report(
    _ rule: PieceRule, needed: Int, _ made: Pieces, log: inout some TextSink & ~Copyable
  ) {
    log.write("memory map: ")
    log.write(decimal: UInt64(needed))
    log.write(" entries are more than ")
    log.write(decimal: UInt64(Self.capacity))
    log.write(": ")
    log.write(decimal: UInt64(made.leftOut))
    log.write(" usable ones below ")
    log.write(hex: rule.smallestUsable)
    log.write(" bytes are left out, ")
    log.write(decimal: made.bytesLeftOut)
    log.write(" bytes in all")
    if rule.joinsReserved { log.write("; others are joined as reserved") }
    log.write("\n")
  }
}
