import Testing

/// Random operations on the memblock and on a set of pages.
struct ModelTests {
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func agreesWithSetsOfPages(seed: UInt64) {
    var state = seed &* 0x9e37_79b9_7f4a_7c15
    var run = ModelRun()
    for step in 0..<500 {
      var bytes: [UInt8] = []
      for _ in 0..<6 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        bytes.append(UInt8(truncatingIfNeeded: state >> 24))
      }
      let wrong = run.step(bytes)
      #expect(wrong == nil, "step \(step)")
      if wrong != nil { return }
    }
  }
}
