import MemblockC

/// A copy of our memblock, with all that can't be seen of it.
@safe
final class Snapshot {
  private let room = UnsafeMutableRawBufferPointer.allocate(
    byteCount: snapshotByteCount, alignment: 16)

  func keep() { unsafe saveMemblock(in: room) }

  func resume() { unsafe restoreMemblock(from: UnsafeRawBufferPointer(room)) }

  deinit { unsafe room.deallocate() }
}
