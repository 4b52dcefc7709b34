public import Addressing

/// Why a memblock could not do what it was asked to do.
///
/// The tables' regions are as they were before, though a table may have grown. There are three
/// exceptions, which take several steps as they do in Linux: `enforceMemoryLimit(_:)`,
/// `capMemory(at:size:)` and `limitMappedMemory(_:)` keep what was cut from one table when the
/// other has no room for a split. Their documentation says what is left.
public enum MemblockError: Error, Equatable, Sendable {
  /// The memory has been handed over; there is no memblock any more.
  case tornDown

  /// The table is full and growth has not been allowed. Linux panics here.
  case tableFull(RegionType)

  /// The table is full and there is no free memory for one twice as large. Linux: `-ENOMEM`.
  case cannotGrow(RegionType)

  /// No free memory satisfies the request, of this many bytes. Linux: address 0.
  case outOfMemory(size: UInt64)

  /// The memory can't be reached through the window on physical memory.
  case unreachable(AddressRange)

  /// The memory of the range holds a table that is in use, and must not become free. Linux frees
  /// it, and goes on with a table that later allocations overwrite.
  case tableInUse(AddressRange)

  /// The range is not within memory that has been handed over, so that nobody takes it. Linux:
  /// undefined.
  case notHandedOver(AddressRange)

  /// The number is no node's, nor `.none` or `.unset`.
  case invalidNode(NodeID)

  /// There are bits set that no flag has.
  case invalidFlags(RegionFlags)

  /// All the room for named reservations is taken. Linux: `-EBUSY`.
  case tooManyNamedReservations

  /// Another reservation has the name. Linux: `-EBUSY`.
  case nameTaken

  /// The name is empty, blank or longer than 15 bytes. Linux: `-EINVAL`.
  case invalidName

  /// A named reservation of no bytes. Linux: `-EINVAL`.
  case emptyReservation
}

extension MemblockError {
  /// The value, below 0, that Linux's functions return for the error.
  public var linuxNumber: Int {
    switch self {
    case .tornDown: -19  // ENODEV
    case .tableFull, .cannotGrow, .unreachable, .outOfMemory: -12  // ENOMEM
    case .tooManyNamedReservations, .nameTaken, .tableInUse: -16  // EBUSY
    case .invalidNode, .invalidFlags, .invalidName,
      .emptyReservation, .notHandedOver:
      -22  // EINVAL
    }
  }

  /// Writes what happened in one line, without a line break.
  ///
  /// - Parameters:
  ///   - sink: Takes the line.
  ///   - caller: Who had asked; it starts the line, as in Linux's `memblock_alloc_or_panic`, whose
  ///     text an allocation's failure has.
  public func write(to sink: inout some TextSink & ~Copyable, caller: StaticString = "memblock") {
    sink.write(caller)
    sink.write(": ")
    switch self {
    case .tornDown: sink.write("the memory has been handed over")
    case .tableFull(let type):
      sink.write("cannot resize ")
      sink.write(type.name)
      sink.write(" array")
    case .cannotGrow(let type):
      sink.write("Failed to double ")
      sink.write(type.name)
      sink.write(" array")
    case .outOfMemory(let size):
      sink.write("Failed to allocate ")
      sink.write(hex: size, digits: 16)
      sink.write(" bytes")
    case .unreachable(let range):
      sink.write("no mapping of ")
      sink.write(inclusive: range)
    case .tableInUse(let range):
      sink.write("a table in use lies at ")
      sink.write(inclusive: range)
    case .notHandedOver(let range):
      sink.write("not memory that was handed over: ")
      sink.write(inclusive: range)
    case .invalidNode(let node):
      sink.write("no such node: ")
      sink.write(signed: node.value)
    case .invalidFlags(let flags):
      sink.write("no such flags: ")
      sink.write(hex: UInt64(flags.rawValue))
    case .tooManyNamedReservations: sink.write("too many named reservations")
    case .nameTaken: sink.write("the name is taken")
    case .invalidName: sink.write("a name has 1 to 15 bytes, not all blank")
    case .emptyReservation: sink.write("a reservation has at least one byte")
    }
  }
}
