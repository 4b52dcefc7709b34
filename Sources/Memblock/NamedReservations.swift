public import Addressing

/// A reservation that somebody will ask for by its name, such as a log that survives a reboot.
@frozen @usableFromInline
struct NamedReservation: BitwiseCopyable {
  /// The name's first 8 bytes, and the other 7: the first byte lowest, then zeros.
  @usableFromInline var name: (UInt64, UInt64)

  /// The memory; empty where it has been released.
  @usableFromInline var range: AddressRange

  /// An entry that is not used.
  @inlinable @inline(__always)
  init() {
    name = (0, 0)
    range = AddressRange(from: .zero, to: .zero)
  }

  /// The name as it is kept here; `nil` where it is empty, blank, or too long.
  static func name(_ text: borrowing RawSpan) -> (UInt64, UInt64)? {
    var isBlank = true
    for index in text.byteOffsets {
      let byte = text[byteAt: index]
      isBlank = isBlank && (byte == UInt8(ascii: " ") || (byte >= 9 && byte <= 13))
    }
    return isBlank ? nil : Memblock.packedName(text)
  }
}

extension Memblock {
  /// How many reservations can have a name.
  public static var namedReservationLimit: Int { 8 }

  /// How many bytes the name of a reservation can have.
  public static var longestReservationName: Int { 15 }

  /// A name in two words: the first 8 bytes and the other 7, the first byte lowest, then zeros; `nil`
  /// where it is empty or too long, or has a zero byte.
  package static func packedName(_ text: borrowing RawSpan) -> (UInt64, UInt64)? {
    guard 1...longestReservationName ~= text.byteCount else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    for index in text.byteOffsets {
      let byte = UInt64(text[byteAt: index])
      if byte == 0 { return nil }
      if index < 8 {
        words.0 |= byte << UInt64(8 * index)
      } else {
        words.1 |= byte << UInt64(8 * (index - 8))
      }
    }
    return words
  }

  /// Allocates memory and remembers it by a name. The alignment is at least a cache line.
  ///
  /// Linux: the boot option `reserve_mem=size:align:name`.
  ///
  /// - Parameters:
  ///   - name: 1 to 15 bytes, not all blank, and not the name of another reservation.
  ///   - size: The bytes wanted.
  ///   - alignment: What the address must be a multiple of.
  /// - Returns: The memory.
  /// - Throws: `.tooManyNamedReservations`, `.emptyReservation`, `.invalidName`, `.nameTaken`; as
  ///   `allocate`.
  public mutating func reserve(
    named name: borrowing RawSpan, size: UInt64, alignment: UInt64
  ) throws(MemblockError) -> AddressRange {
    try requireLive()
    if namedReservationCount == Self.namedReservationLimit { throw .tooManyNamedReservations }
    if size == 0 { throw .emptyReservation }
    guard let kept = NamedReservation.name(name) else { throw .invalidName }
    if reservation(named: name) != nil { throw .nameTaken }
    let range = try logging(as: "reserve_mem") { (memblock) throws(MemblockError) in
      try memblock.allocate(size: size, alignment: max(alignment, 64))
    }
    remember(range, kept)
    return range
  }

  /// Reserves memory that a former kernel has kept under a name, and remembers it by that.
  ///
  /// Linux 7.3: `reserve_mem_kho_revive`.
  ///
  /// - Parameters:
  ///   - range: The memory.
  ///   - name: As `namedReservation(_:)` gives it; checked to be no other reservation's.
  package mutating func keep(
    _ range: AddressRange, named name: (UInt64, UInt64)
  ) throws(MemblockError) {
    if namedReservationCount == Self.namedReservationLimit { throw .tooManyNamedReservations }
    try reserveForKernel(range)
    remember(range, name)
  }

  private mutating func remember(_ range: AddressRange, _ name: (UInt64, UInt64)) {
    var entry = NamedReservation()
    entry.name = name
    entry.range = range
    namedReservations[namedReservationCount] = entry
    namedReservationCount += 1
  }

  /// A reservation by its number, with its name as `packedName` has it; `nil` past the last. One
  /// that has been released is empty. Still known after the memblock has ended.
  package func namedReservation(_ number: Int) -> (name: (UInt64, UInt64), range: AddressRange)? {
    guard number < namedReservationCount else { return nil }
    return (namedReservations[number].name, namedReservations[number].range)
  }

  /// The memory that was reserved by that name; `nil` where none was. Still known after the
  /// memblock has ended.
  ///
  /// Linux: `reserve_mem_find_by_name`.
  public func reservation(named name: borrowing RawSpan) -> AddressRange? {
    namedReservationIndex(name).map { namedReservations[$0].range }
  }

  /// The place of a name that has not been released; `nil` where there is none.
  func namedReservationIndex(_ name: borrowing RawSpan) -> Int? {
    guard let kept = NamedReservation.name(name) else { return nil }
    for index in 0..<namedReservationCount where namedReservations[index].name == kept {
      if !namedReservations[index].range.isEmpty { return index }
    }
    return nil
  }
}
