import Memblock

// For tests, which go on from one state in many ways. Not part of the C interface.

/// The bytes that a copy of the memblock takes.
package var snapshotByteCount: Int { MemoryLayout<Memblock>.size }

/// Copies the memblock with all that it knows, its index of free space included. Its tables must
/// not have grown.
package func saveMemblock(in room: UnsafeMutableRawBufferPointer) {
  // SAFETY: the memblock is bytes; what it refers to outside of itself is left alone.
  unsafe withUnsafeBytes(of: &allocator) { unsafe room.copyMemory(from: $0) }
}

/// Makes the memblock what it was at `saveMemblock`.
package func restoreMemblock(from room: UnsafeRawBufferPointer) {
  // SAFETY: as above; those bytes were a memblock in this very place.
  unsafe withUnsafeMutableBytes(of: &allocator) { unsafe $0.copyMemory(from: room) }
  publish()
}

/// The first invariant of the memblock that doesn't hold, in words; `nil` where all do.
package var brokenInvariant: StaticString? { unsafe allocator.brokenInvariant }

/// A number that tells states of the index of free space apart.
package var indexFingerprint: UInt64 { unsafe allocator.indexFingerprint }
