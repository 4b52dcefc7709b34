/// Boot information as a Multiboot2 loader hands it to a kernel (specification 2.0, section 3.6).
public struct Multiboot2TagList: Sendable {
  /// A tag: its type, and what follows its type and size.
  public struct Tag: Sendable {
    /// The type.
    public var type: UInt32
    /// The bytes behind the size.
    public var body: [UInt8]

    /// A tag of some type and bytes.
    public init(type: UInt32, body: [UInt8]) {
      self.type = type
      self.body = body
    }
  }

  /// An entry of the memory map.
  public struct MapEntry: Hashable, Sendable {
    /// The first physical address.
    public var start: UInt64
    /// How many bytes.
    public var length: UInt64
    /// 1 usable, 3 ACPI tables, 4 to be kept over hibernation, 5 bad; all else reserved.
    public var type: UInt32

    /// An entry of a range and a type.
    public init(start: UInt64, length: UInt64, type: UInt32) {
      self.start = start
      self.length = length
      self.type = type
    }
  }

  /// The tags, without the end tag.
  public var tags: [Tag] = []

  /// Information without tags.
  public init() {}

  /// The whole information, with its header and its end tag.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for tag in tags + [Tag(type: 0, body: [])] {
      bytes.append(tag.type, UInt32(tag.body.count + 8))
      bytes += tag.body
      bytes += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
    var header: [UInt8] = []
    header.append(UInt32(bytes.count + 8), 0)
    return header + bytes
  }
}

extension Multiboot2TagList.Tag {
  /// The kernel's command line.
  public static func commandLine(_ text: String) -> Self {
    Self(type: 1, body: Array(text.utf8) + [0])
  }

  /// The boot loader's name.
  public static func loaderName(_ text: String) -> Self {
    Self(type: 2, body: Array(text.utf8) + [0])
  }

  /// A module that lies at some physical addresses; `end` is the first address behind it.
  public static func module(start: UInt32, end: UInt32, argument: String) -> Self {
    var body: [UInt8] = []
    body.append(start, end)
    return Self(type: 3, body: body + Array(argument.utf8) + [0])
  }

  /// The memory map.
  public static func memoryMap(_ entries: [Multiboot2TagList.MapEntry]) -> Self {
    var body: [UInt8] = []
    body.append(24, 0)
    for entry in entries {
      body.append(little: entry.start)
      body.append(little: entry.length)
      body.append(entry.type, 0)
    }
    return Self(type: 6, body: body)
  }

  /// The screen. Type 1 is a picture (here 8 bits for each colour from the lowest byte: blue,
  /// green, red), 2 is text; `pitch` is in bytes.
  public static func framebuffer(
    address: UInt64, pitch: UInt32, width: UInt32, height: UInt32, bits: UInt8, type: UInt8
  ) -> Self {
    var body: [UInt8] = []
    body.append(little: address)
    body.append(pitch, width, height)
    body += [bits, type, 0, 0, 16, 8, 8, 8, 0, 8]
    return Self(type: 8, body: body)
  }

  /// A copy of ACPI's root pointer of revision 2.
  public static func acpiRoot(_ pointer: [UInt8]) -> Self { Self(type: 15, body: pointer) }
}
