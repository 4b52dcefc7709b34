public import Addressing
public import Firmware
import X86

/// What the boot loader left.
extension BootedMachine {
  /// The kernel's command line; empty where there is none.
  @export(interface)
  public var commandLine: String {
    information.contents.commandLine?.withBytes { String($0) } ?? ""
  }

  /// The value of an option `name=value` of the command line; empty for one without a value, and
  /// `nil` where it is not given.
  @export(interface)
  public func option(_ name: String) -> String? {
    information.withOption(name) { value in
      guard let value else { return nil }
      return String(value)
    }
  }

  /// What loaded the kernel, by its own name: `GRUB 2.06`.
  @export(interface)
  public var loaderName: String? {
    information.contents.loaderName?.withBytes { String($0) }
  }

  /// The files that were loaded beside the kernel, in their order. They stay where they are. O(n).
  @export(interface)
  public var modules: [BootModule] {
    var modules: [BootModule] = []
    information.contents.modules?.forEach { module in
      let name = module.commandLine?.withBytes { String($0) } ?? ""
      modules.append(BootModule(name: name, range: module.range))
    }
    return modules
  }

  /// The screen that the loader set up, as it describes it; `nil` where it set up none.
  ///
  /// `DeviceMemory(…, gatheringWrites: true)` shows its pixels. The console draws there too.
  public var framebuffer: Framebuffer? { information.contents.framebuffer }

  /// The name of the function that an address of the kernel's text is in, and how far it is from its
  /// start: `main+0x12`; `nil` where the loader passed no symbols. O(n) in symbols.
  @export(interface)
  public func symbol(at address: UInt64) -> String? {
    guard KernelImage.isText(address), !symbols.memory.symbols.isEmpty else { return nil }
    var text = StringSink()
    symbols.write(address, inFunctionAt: address, through: kernelWindow, to: &text)
    return text.string
  }
}

/// A file that the boot loader put into memory: an initial file system, say.
public struct BootModule {
  /// The text that goes with it: its name, or its command line.
  public let name: String

  /// The physical memory that it takes.
  public let range: AddressRange

  /// Calls a function with the file's bytes.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try kernelWindow.withBytes(of: range, body)
  }
}

/// Text that becomes a string.
package struct StringSink: TextSink {
  private var bytes: [UInt8] = []
  package init() {}
  package mutating func write(_ byte: UInt8) { bytes.append(byte) }

  /// The text, with a `?` for each byte that is not ASCII where it isn't UTF-8 throughout. Swift's own
  /// way to mend such a text brings all of its strings' views along, 8 KB of code.
  package var string: String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let ascii = bytes.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }
    return String(validating: ascii, as: UTF8.self) ?? ""
  }
}

extension String {
  /// Text from bytes that may be UTF-8.
  init(_ bytes: borrowing RawSpan) {
    var text = StringSink()
    text.write(utf8: bytes)
    self = text.string
  }
}
