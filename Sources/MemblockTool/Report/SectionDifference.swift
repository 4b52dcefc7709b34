/// What differs between two texts in sections.
struct SectionDifference {
  private enum Line {
    case same(String), removed(String), added(String)
  }

  private var sections: [(title: String, lines: [Line])] = []

  /// Compares the sections that have the same name: the title up to its bracket or comma.
  init(_ first: [MachineText.Section], _ second: [MachineText.Section]) {
    let names = (first + second).map(\.name)
    var seen: Set<String> = []
    for name in names where seen.insert(name).inserted {
      let a = first.first { $0.name == name }
      let b = second.first { $0.name == name }
      let (old, new) = (a?.lines ?? [], b?.lines ?? [])
      if old != new { sections.append((name, Self.merge(old, new))) }
    }
  }

  var isEmpty: Bool { sections.isEmpty }

  /// The lines of `old` and `new` in one list.
  private static func merge(_ old: [String], _ new: [String]) -> [Line] {
    let changes = new.difference(from: old)
    var removed: Set<Int> = []
    var added: [Int: String] = [:]
    for change in changes {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, let line, _): added[offset] = line
      }
    }
    var lines: [Line] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if removed.contains(i) {
        lines.append(.removed(old[i]))
        i += 1
      } else if let line = added[j] {
        lines.append(.added(line))
        j += 1
      } else {
        lines.append(.same(old[i]))
        i += 1
        j += 1
      }
    }
    return lines
  }

  /// Every section that differs, whole: ` ` before what is in both, `-` and `+` before what is
  /// in one.
  func text(_ style: Style) -> String {
    sections.map { section in
      style(.bold, section.title) + "\n"
        + section.lines.map { line in
          switch line {
          case .same(let text): "  \(text)\n"
          case .removed(let text): style(.red, "- \(text)") + "\n"
          case .added(let text): style(.green, "+ \(text)") + "\n"
          }
        }.joined()
    }.joined(separator: "\n")
  }
}

extension MachineText.Section {
  /// The title without its counts.
  var name: String { String(title.prefix { $0 != "," }) }
}
