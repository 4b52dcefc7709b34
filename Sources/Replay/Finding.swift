public import LogReading

/// Something about a machine's memory that an engineer would point out.
public struct Finding: Sendable {
  /// What kind of thing it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// RAM in a page that is not RAM as a whole.
    case pageBorder
    /// Two entries of the map that share bytes.
    case overlap
    /// Bytes between RAM above 4 GiB of which no entry says anything.
    case hole
    /// The same below 4 GiB, where devices are.
    case gapBelow4GiB
    /// An entry whose type has no meaning that is known.
    case unknownType
    /// RAM above the end of what the kernel uses.
    case aboveLimit
    /// Nodes whose memory is not in one piece.
    case interleavedNodes
    /// A node without RAM.
    case emptyNode
    /// Hot-pluggable RAM below 4 GiB.
    case hotPluggable
    /// A difference between what the firmware calls usable and memblock's `memory`.
    case notInMemory
    /// A change of the map that Linux logged.
    case changedMap
  }

  /// What kind of thing it is.
  public let kind: Kind
  /// What there is to say, in a sentence or two.
  public let text: String
  /// The lines of the log that it is about.
  public let lines: [LogLine]
}

extension Finding.Kind {
  /// What findings of the kind are headed with.
  public var title: String {
    switch self {
    case .pageBorder: "RAM lost at the borders of pages"
    case .overlap: "Entries that overlap"
    case .hole: "Holes"
    case .gapBelow4GiB: "Gaps below 4 GiB"
    case .unknownType: "Unknown types"
    case .aboveLimit: "RAM above a limit"
    case .interleavedNodes: "Interleaved nodes"
    case .emptyNode: "Nodes without RAM"
    case .hotPluggable: "Hot-pluggable RAM below 4 GiB"
    case .notInMemory: "The firmware's map against memory"
    case .changedMap: "Changes of the map"
    }
  }
}
