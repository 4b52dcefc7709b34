/// Makes Linux's boot parameters by `Documentation/arch/x86/zero-page.rst` and `boot.rst`.
struct LinuxBootBuilder {
  var machine = LoaderMachine()
  var version: UInt16 = 0x20f
  /// How many of the map's entries stand in the page's table; the others are appended.
  var inTable = 128
  /// Other pieces that are appended before those.
  var otherPieces = 1
  /// Fields to write over what the machine says, by their offsets.
  var fields: [(Int, [UInt8])] = []

  /// Writes all of it; returns the page's address.
  func write(into image: inout LoaderImage) -> UInt64 {
    typealias B = Multiboot2Builder
    var page = [UInt8](repeating: 0, count: 4096)
    func set(_ offset: Int, _ bytes: [UInt8]) {
      page.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
    func entry(_ entry: (UInt64, UInt64, UInt32)) -> [UInt8] {
      B.little(entry.0) + B.little(entry.1) + B.little(entry.2)
    }
    set(0x1fe, [0x55, 0xaa])
    set(0x202, Array("HdrS".utf8) + B.little(version))
    let line = image.text(machine.commandLine)
    set(0x228, B.little(UInt32(line)))
    set(0x70, B.little(image.put(machine.rootPointer)))
    if let disk = machine.modules.first {
      set(0x218, B.little(UInt32(truncatingIfNeeded: disk.start)))
      set(0xc0, B.little(UInt32(disk.start >> 32)))
      set(0x21c, B.little(UInt32(truncatingIfNeeded: disk.size)))
      set(0xc4, B.little(UInt32(disk.size >> 32)))
    }
    let table = machine.map.prefix(inTable)
    set(0x1e8, [UInt8(table.count)])
    set(0x2d0, table.flatMap(entry))
    var next: UInt64 = 0
    let rest = machine.map.dropFirst(inTable)
    if !rest.isEmpty {
      let data = rest.flatMap(entry)
      next = image.put(
        B.little(next) + B.little(UInt32(1)) + B.little(UInt32(data.count)) + data)
    }
    for _ in 0..<otherPieces {
      next = image.put(
        B.little(next) + B.little(UInt32(9)) + B.little(UInt32(20))
          + [UInt8](repeating: 1, count: 20))
    }
    set(0x250, B.little(next))
    for (offset, bytes) in fields { set(offset, bytes) }
    return image.put(page)
  }
}
