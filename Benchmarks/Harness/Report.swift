import Foundation

/// The results of a run, as a table to read and as JSON to keep.
struct Report {
  let measurements: [Measurement]

  /// Figures that are not times, such as sizes: a name, a value in words, and whether it is
  /// what is wanted.
  let figures: [Figure]

  /// Whether all that was wanted was reached.
  var isReached: Bool {
    figures.allSatisfy { $0.isReached ?? true }
      && measurements.allSatisfy { Judgement(of: $0, among: measurements).isReached }
  }

  /// The table.
  var table: String {
    var rows = [["work", "by", "min ns", "median ns", "instr", "wanted"]]
    for measurement in measurements {
      let judgement = Judgement(of: measurement, among: measurements)
      rows.append([
        "\(measurement.workload.group): \(measurement.workload.work)",
        measurement.workload.implementation, number(measurement.minimum),
        number(measurement.median), measurement.instructions.map(number) ?? "–",
        judgement.items.map { "\($0.text) \($0.isReached ? "✓" : "✗")" }.joined(separator: ", "),
      ])
    }
    var lines = Self.aligned(rows)
    for figure in figures {
      let mark = figure.isReached.map { $0 ? " ✓" : " ✗" } ?? ""
      lines.append("\(figure.name): \(figure.text)\(mark)")
    }
    return lines.joined(separator: "\n")
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row.indices, row).map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return (2...4).contains(column) ? padding + cell : cell + padding
      }
      return cells.joined(separator: "  ")
    }
  }

  /// The same as JSON.
  func json() throws -> Data {
    struct Row: Encodable {
      var group, work, implementation: String
      var minimum, median: Double
      var rounds: Int
      var instructions: Double?
      var isReached: Bool
    }
    struct Document: Encodable {
      var measurements: [Row]
      var figures: [Figure]
    }
    let rows = measurements.map {
      Row(
        group: $0.workload.group, work: $0.workload.work,
        implementation: $0.workload.implementation, minimum: $0.minimum, median: $0.median,
        rounds: $0.rounds.count, instructions: $0.instructions,
        isReached: Judgement(of: $0, among: measurements).isReached)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(Document(measurements: rows, figures: figures))
  }
}

/// A figure that is not a time.
struct Figure: Encodable {
  var name: String
  var value: Double
  var text: String

  /// Whether it is what is wanted; `nil` where nothing in particular is.
  var isReached: Bool?
}
