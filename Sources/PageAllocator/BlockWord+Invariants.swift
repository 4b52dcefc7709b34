extension BlockWord {
  /// What is wrong with the blocks: each must have a size and a place that a buddy can have. A
  /// closed unit is one on its own, or the first of a block on the shelf.
  var brokenInvariant: StaticString? {
    var unit = 0
    while unit < 64 {
      guard (free | head) >> UInt64(unit) & 1 != 0 else { return "a block has no head" }
      let length = isFree(unit) ? 1 : self.length(ofBlockAt: unit)
      guard length.nonzeroBitCount == 1 else { return "a block's size is no power of two" }
      guard unit % length == 0 else { return "a block is not aligned to its size" }
      unit += length
    }
    return nil
  }
}
