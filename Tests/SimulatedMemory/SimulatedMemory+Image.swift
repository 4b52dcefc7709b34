/// What is in the memory, to be kept and put back.
extension SimulatedMemory {
  /// A copy of the memory's first bytes, in words. O(bytes).
  ///
  /// - Parameter size: The number of bytes, a multiple of 8.
  public func image(ofFirst size: Int) -> [UInt64] {
    precondition(size >= 0 && size % 8 == 0 && UInt64(size) <= range.size, "no such part")
    return (0..<size / 8).map(word)
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
    unsafe image.withUnsafeBufferPointer { words in
      // Most is as it was, and is passed by 8 words at a time.
      for first in stride(from: 0, to: words.count, by: 8) {
        let places = first..<min(first + 8, words.count)
        var changes: UInt64 = 0
        for place in places { changes |= unsafe self.word(place) ^ words[place] }
        if changes == 0 { continue }
        for place in places where unsafe self.word(place) != words[place] {
          let word = word(place)
          let offset = word &- start
          body(place, offset < range.size ? 0xadd0_0000_0000_0000 | offset : word)
        }
      }
    }
  }

  @inline(__always)
  private func word(_ place: Int) -> UInt64 {
    // SAFETY: inside the buffer by the callers' checks; any bytes are a word.
    unsafe buffer.load(fromByteOffset: place * 8, as: UInt64.self)
  }
}
