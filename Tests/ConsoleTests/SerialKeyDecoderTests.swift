import Console
import Testing

@Suite struct SerialKeyDecoderTests {
  /// The keys that a decoder makes of a terminal's bytes.
  private func keys(_ text: String) -> [ConsoleKey] {
    var decoder = SerialKeyDecoder()
    return text.utf8.compactMap { decoder.key(for: $0) }
  }

  private func typed(_ text: String) -> [ConsoleKey] {
    text.utf8.map { .character($0) }
  }

  @Test(arguments: [
    ("\u{1b}[A", ConsoleKey.up), ("\u{1b}[B", .down), ("\u{1b}[C", .right), ("\u{1b}[D", .left),
    ("\u{1b}OA", .up), ("\u{1b}OH", .home), ("\u{1b}OF", .end), ("\u{1b}[H", .home),
    ("\u{1b}[F", .end), ("\u{1b}[1~", .home), ("\u{1b}[2~", .insert), ("\u{1b}[3~", .delete),
    ("\u{1b}[4~", .end), ("\u{1b}[5~", .pageUp), ("\u{1b}[6~", .pageDown), ("\u{1b}[7~", .home),
    ("\u{1b}[8~", .end), ("\r", .enter), ("\n", .enter), ("\u{8}", .backspace),
    ("\u{7f}", .backspace), ("\t", .tab), ("\u{1}", .home), ("\u{5}", .end),
  ])
  func sequencesAreKeys(_ text: String, _ key: ConsoleKey) {
    #expect(keys(text + "x") == [key, .character(UInt8(ascii: "x"))])
  }

  @Test func modifiersDoNotChangeTheKey() {
    #expect(keys("\u{1b}[1;5A\u{1b}[3;2~") == [.up, .delete])
  }

  @Test func unknownSequencesHaveNoEffect() {
    #expect(keys("a\u{1b}[15~b\u{1b}[999999~c\u{1b}[?25hd\u{1b}Pe") == typed("abcde"))
  }

  @Test func aNumberThatIsTooLargeIsNoOtherKey() {
    // 259 is 3 modulo 256.
    #expect(keys("\u{1b}[259~") == [])
  }

  @Test func escapeBeginsAnew() {
    #expect(keys("\u{1b}\u{1b}[A\u{1b}[1\u{1b}[B") == [.up, .down])
  }

  @Test func aControlCharacterEndsASequence() {
    #expect(keys("\u{1b}[\rx") == [.enter] + typed("x"))
  }

  @Test func otherControlCharactersAreNoKeys() {
    #expect(keys("\u{0}\u{2}\u{1f}") == [])
  }
}
