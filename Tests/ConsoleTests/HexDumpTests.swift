import Addressing
import Console
import Testing

@Suite struct HexDumpTests {
  private struct Text: TextSink {
    var bytes: [UInt8] = []
    mutating func write(_ byte: UInt8) { bytes.append(byte) }
  }

  @Test func linesAreThoseOfHexdump() {
    var text = Text()
    let bytes: [UInt8] =
      Array("RSD PTR ".utf8) + [0, 25, 50, 75, 100, 125, 127, 175, 200, 225, 250]
    HexDump.write(19, at: 0xf52a0, to: &text) { bytes[Int($0)] }
    #expect(
      String(decoding: text.bytes, as: UTF8.self) == """
        0x00000000000f52a0  52 53 44 20 50 54 52 20  00 19 32 4b 64 7d 7f af  |RSD PTR ..2Kd}..|
        0x00000000000f52b0  c8 e1 fa                                          |...|

        """)
  }

  @Test func theEndOfTheAddressSpaceIsNoTrouble() {
    var text = Text()
    HexDump.write(17, at: .max - 15, to: &text) { _ in 0x7e }
    let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasSuffix("|~~~~~~~~~~~~~~~~|"))
    #expect(lines[1].hasPrefix("0x0000000000000000  7e   "))
    HexDump.write(0, at: 0, to: &text) { _ in 0 }
    #expect(String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").count == 2)
  }
}
