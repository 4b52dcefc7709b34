import Addressing
import LoaderInformation

extension LinuxBootParameters {
  /// The memory map: the zero page's table, and the entries that were appended to it.
  ///
  /// A position counts entries: those of the table, then, from 2^32 times the number of a piece of
  /// appended data plus 1, those of the piece.
  var memoryMap: LoaderList<LoaderMemoryRange> {
    LoaderList(bytes) { bytes, position in
      let parameters = LinuxBootParameters(checked: bytes)
      if position < parameters.entryCount {
        defer { position += 1 }
        return LoaderMemoryRange(e820: bytes, at: 0x2d0 + Self.entrySize * position)
      }
      position = Swift.max(position, Self.piecePosition(0))
      while let piece = try? parameters.appended(position / Self.positionsPerPiece - 1) {
        let entry = position % Self.positionsPerPiece
        if piece.type == Self.moreEntries,
          let range = LoaderMemoryRange(e820: piece.data, at: Self.entrySize * entry)
        {
          position += 1
          return range
        }
        position = Self.piecePosition(position / Self.positionsPerPiece)
      }
      return nil
    }
  }

  private static var positionsPerPiece: Int { 1 << 32 }

  private static func piecePosition(_ piece: Int) -> Int { (piece + 1) * positionsPerPiece }

  /// The zero page and what is appended to it.
  var structures: LoaderList<AddressRange> {
    LoaderList(bytes) { bytes, position in
      defer { position += 1 }
      if position == 0 { return bytes.range }
      return (try? LinuxBootParameters(checked: bytes).appended(position - 1))?.memory
    }
  }

  /// The one file that this protocol knows.
  var modules: LoaderList<LoaderModule>? {
    guard ramdiskStart != 0, ramdiskSize != 0 else { return nil }
    return LoaderList(bytes) { bytes, position in
      defer { position += 1 }
      let parameters = LinuxBootParameters(checked: bytes)
      guard position == 0 else { return nil }
      let range = AddressRange(
        at: PhysicalAddress(parameters.ramdiskStart), size: parameters.ramdiskSize)
      return LoaderModule(range, commandLine: nil)
    }
  }
}
