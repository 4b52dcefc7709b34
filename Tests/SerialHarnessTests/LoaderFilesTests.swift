import Testing

@testable import SerialHarness

@Suite struct LoaderFilesTests {
  @Test func everyWordIsQuotedForGRUB() throws {
    let options = try GRUBOptions(
      commandLine: "memmap=1M$2M  quiet a=\"b c\" it's", moduleArguments: ["first x=1", ""])
    #expect(
      options.script == #"""
        multiboot2 $kernel 'memmap=1M$2M' 'quiet' 'a=b c' 'it'\''s'
        module2 $options/modules/0 'first' 'x=1'
        module2 $options/modules/1

        """#)
  }

  @Test func linux() throws {
    let linux = Machine.Kernel.linux("/boot/vmlinuz", initialRAMDisk: "/boot/initrd")
    let options = try GRUBOptions(loading: linux, commandLine: "quiet", moduleArguments: [])
    #expect(options.script == "linux /boot/vmlinuz 'quiet'\ninitrd /boot/initrd\n")
    #expect(throws: HarnessError.modulesWithoutMultiboot2) {
      try GRUBOptions(loading: linux, commandLine: "", moduleArguments: [""])
    }
  }

  @Test func aLineBreakIsRefused() {
    #expect(throws: HarnessError.lineBreak(in: "a\nb")) {
      try GRUBOptions(commandLine: "a\nb", moduleArguments: [])
    }
  }

  @Test func archive() {
    var archive = TapeArchive()
    archive.append(path: "boot.cfg", Array("hello".utf8))
    archive.append(path: "modules/0", [UInt8](repeating: 7, count: 513))
    let bytes = archive.bytes
    func text(_ range: Range<Int>) -> String {
      String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self)
    }
    #expect(bytes.count == 10240)
    #expect(text(0..<100) == "boot.cfg")
    #expect(text(124..<136) == "00000000005")
    #expect(text(257..<262) == "ustar")
    // The sum of the header's bytes, its own field taken as spaces.
    let sum = bytes[..<148].reduce(0) { $0 + Int($1) } + 8 * 32
    let rest = bytes[156..<512].reduce(0) { $0 + Int($1) }
    #expect(Int(text(148..<154), radix: 8) == sum + rest)
    #expect(text(512..<1024) == "hello")
    #expect(text(1024..<1124) == "modules/0")
    #expect(text(1148..<1160) == "00000001001")
    #expect(bytes[1536..<2049].allSatisfy { $0 == 7 })
    #expect(bytes[2049...].allSatisfy { $0 == 0 })
  }
}
