/// What the benchmark program was asked for on its command line.
struct Arguments {
  /// How many rounds are measured.
  var rounds = 11

  /// Only workloads with this in their names are run.
  var filter = ""

  /// Where the JSON goes, if anywhere.
  var jsonPath: String?

  /// Whether instructions are counted where valgrind is installed.
  var countsInstructions = true

  /// A workload to run once, to print its number of operations and nothing else.
  var once: String?

  static let usage = """
    usage: Benchmarks [--rounds N] [--filter TEXT] [--json FILE] [--no-instructions]
    """

  /// Reads arguments; the error says which one is wrong and how.
  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func value(of option: String) throws -> String {
      guard let value = rest.popFirst() else { throw Wrong("\(option) needs a value") }
      return value
    }
    while let option = rest.popFirst() {
      switch option {
      case "--rounds":
        let text = try value(of: option)
        guard let number = Int(text), number > 0 else {
          throw Wrong("--rounds needs a number above 0, not '\(text)'")
        }
        rounds = number
      case "--filter": filter = try value(of: option)
      case "--json": jsonPath = try value(of: option)
      case "--once": once = try value(of: option)
      case "--no-instructions": countsInstructions = false
      default: throw Wrong("unknown option '\(option)'")
      }
    }
  }

  struct Wrong: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }
}
