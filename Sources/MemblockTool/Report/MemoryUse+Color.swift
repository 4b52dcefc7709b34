import Replay

extension MemoryUse {
  /// The colour of a range on a terminal.
  var color: Style.Color {
    switch self {
    case .usable: .green
    case .reserved: .yellow
    case .acpiData, .acpiNVS: .cyan
    case .unusable, .other: .red
    case .persistent, .softReserved: .magenta
    }
  }
}
