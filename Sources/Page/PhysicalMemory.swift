import Addressing

/// The machine's physical memory in a browser, which gives 16 GiB at most: only what is asked for is
/// there. Frames below 4 GiB are put aside one by one; everything else range by range, as
/// it is first asked for, which for a table is all of it.
///
/// Of ranges that overlap the newest counts, and begins with what the older ones hold: memory
/// that was freed and given to another.
@safe
struct SparsePhysicalMemory: ~Copyable {
  private struct Piece {
    var start: UInt64
    var size: UInt64
    var host: UInt
  }

  private var pieces: [Piece] = []
  /// Where each of the 2^20 frames below 4 GiB is; 0 for nowhere.
  private var frames: [UInt] = []

  /// The memory for a range, the same each time; all zeros at first.
  mutating func pointer(to address: UInt64, _ count: UInt64) -> UnsafeMutableRawPointer {
    unsafe UnsafeMutableRawPointer(bitPattern: hostAddress(for: address, count))!
  }

  private mutating func hostAddress(for address: UInt64, _ count: UInt64) -> UInt {
    // The first MiB is one piece: the BIOS's structures, and tables that grow early.
    if pieces.isEmpty { pieces.append(Piece(start: 0, size: 1 << 20, host: Self.fresh(1 << 20))) }
    if let host = existing(address, count) { return host }
    let inFrame = address & 0xfff
    if address < 1 << 32, inFrame + count <= 4096 {
      if frames.isEmpty { frames = [UInt](repeating: 0, count: 1 << 20) }
      let frame = Int(address >> 12)
      if frames[frame] == 0 { frames[frame] = Self.fresh(4096) }
      return frames[frame] + UInt(inFrame)
    }
    // As far from a border of frames as the range itself is: alignment stays what it is.
    let fresh = Self.fresh(inFrame + count) + UInt(inFrame)
    for piece in pieces {
      copy(piece.start, piece.size, piece.host, to: fresh, address, count)
    }
    if !frames.isEmpty, address < 1 << 32 {
      for frame in (address >> 12)...min((address + count - 1) >> 12, (1 << 20) - 1)
      where frames[Int(frame)] != 0 {
        copy(frame << 12, 4096, frames[Int(frame)], to: fresh, address, count)
      }
    }
    pieces.append(Piece(start: address, size: count, host: fresh))
    return fresh
  }

  private func existing(_ address: UInt64, _ count: UInt64) -> UInt? {
    for piece in pieces.reversed()
    where piece.start <= address && address - piece.start <= piece.size {
      if piece.size - (address - piece.start) >= count {
        return piece.host + UInt(address - piece.start)
      }
    }
    return nil
  }

  /// Copies what an older piece shares with a new one.
  private func copy(
    _ start: UInt64, _ size: UInt64, _ host: UInt, to fresh: UInt, _ address: UInt64,
    _ count: UInt64
  ) {
    let first = max(start, address)
    let end = min(start + size, address + count)
    guard first < end else { return }
    // SAFETY: both lie in pieces of this object, by the bounds above.
    unsafe UnsafeMutableRawPointer(bitPattern: fresh + UInt(first - address))!.copyMemory(
      from: UnsafeRawPointer(bitPattern: host + UInt(first - start))!,
      byteCount: Int(end - first))
  }

  /// The address of zeroed memory, at a multiple of 4096. Frames come from blocks of a MiB.
  private static func fresh(_ count: UInt64) -> UInt {
    let size = UInt((count + 4095) & ~4095)
    if size >= 1 << 20 { return grow(size) }
    if unsafe blockLeft < size {
      unsafe block = grow(1 << 20)
      unsafe blockLeft = 1 << 20
    }
    defer {
      unsafe block += size
      unsafe blockLeft -= size
    }
    return unsafe block
  }

  private static func grow(_ size: UInt) -> UInt {
    guard let memory = unsafe freshMemory(size) else {
      fatalError("the browser gives no more memory")
    }
    return UInt(bitPattern: memory)
  }

  // SAFETY: there is one thread in WebAssembly.
  private nonisolated(unsafe) static var block: UInt = 0
  private nonisolated(unsafe) static var blockLeft: UInt = 0
}

@_extern(c, "page_fresh_memory")
private func freshMemory(_ size: UInt) -> UnsafeMutableRawPointer?

// SAFETY: there is one thread in WebAssembly.
nonisolated(unsafe) private var physicalMemory = SparsePhysicalMemory()

/// What a window on physical memory shows (PhysicalMemoryWindow.swift).
@_cdecl("page_physical_memory")
public func pagePhysicalMemory(_ address: UInt64, _ count: UInt64) -> UnsafeMutableRawPointer {
  unsafe physicalMemory.pointer(to: address, count)
}

extension PhysicalMemoryWindow {
  /// A window on the machine's memory from 0.
  static func sparse(_ size: UInt64) -> PhysicalMemoryWindow {
    // SAFETY: what is asked for is put aside then, for good.
    unsafe PhysicalMemoryWindow(
      showing: AddressRange(at: .zero, size: size), at: VirtualAddress(0))
  }
}
