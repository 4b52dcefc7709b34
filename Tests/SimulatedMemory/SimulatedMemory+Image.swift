import Foundation

/// What is in the memory, to be kept and put back.
extension SimulatedMemory {
  /// A copy of the memory's first bytes, in words. O(bytes).
  ///
  /// - Parameter size: The number of bytes, a multiple of 8.
  public func image(ofFirst size: Int) -> [UInt64] {
    precondition(size >= 0 && size % 8 == 0 && UInt64(size) <= range.size, "no such part")
    // SAFETY: inside the buffer by the check; any bytes are a word.
    return (0..<size / 8).map { unsafe buffer.load(fromByteOffset: $0 * 8, as: UInt64.self) }
  }

  /// Puts the memory's first bytes back to what they were. O(bytes).
  public func restore(_ image: [UInt64]) {
    precondition(UInt64(image.count) * 8 <= range.size, "the image is of another memory")
    // SAFETY: inside the buffer by the check.
    unsafe image.withUnsafeBytes {
      unsafe buffer.copyMemory(from: $0.baseAddress!, byteCount: $0.count)
    }
  }

  /// Calls `body` with each word that is not as in an image, and its place. O(bytes).
  ///
  /// Words that are addresses in this memory's buffer are given by their place in it, so that they
  /// are the same for two memories that hold the same.
  public func forEachWord(changedSince image: [UInt64], _ body: (Int, UInt64) -> Void) {
    precondition(UInt64(image.count) * 8 <= range.size, "the image is of another memory")
    let start = unsafe UInt64(UInt(bitPattern: buffer))
    unsafe image.withUnsafeBytes { bytes in
      // Most is as it was, and is passed by 64 bytes at a time.
      for first in stride(from: 0, to: bytes.count, by: 64) {
        let size = min(64, bytes.count - first)
        // SAFETY: inside the buffer, by the check, and inside the image.
        if unsafe memcmp(buffer + first, bytes.baseAddress! + first, size) == 0 { continue }
        for offset in stride(from: first, to: first + size, by: 8) {
          // SAFETY: as above; any bytes are a word.
          let word = unsafe buffer.load(fromByteOffset: offset, as: UInt64.self)
          guard unsafe word != bytes.load(fromByteOffset: offset, as: UInt64.self) else { continue }
          let distance = word &- start
          body(offset / 8, distance < range.size ? 0xadd0_0000_0000_0000 | distance : word)
        }
      }
    }
  }
}
