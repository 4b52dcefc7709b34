import Addressing

/// Makes PVH's start information by Xen's `start_info.h`.
struct PVHBuilder {
  var machine = LoaderMachine()
  var magic: UInt32 = 0x336e_c578
  var version: UInt32 = 1

  /// Writes all of it; returns the start information's address.
  func write(into image: inout LoaderImage) -> UInt64 {
    typealias B = Multiboot2Builder
    let map = image.put(
      machine.map.flatMap { B.little($0.0) + B.little($0.1) + B.little($0.2) + [9, 9, 9, 9] })
    var modules: [UInt8] = []
    for module in machine.modules {
      modules += LoaderImage.words(module.start, module.size, image.text(module.text), 7)
    }
    let list = image.put(modules)
    let line = image.text(machine.commandLine)
    let pointer = image.put(machine.rootPointer)
    var start = B.little(magic) + B.little(version) + B.little(UInt32(0))
    start += B.little(UInt32(machine.modules.count)) + LoaderImage.words(list, line, pointer)
    if version >= 1 {
      start += LoaderImage.words(map) + B.little(UInt32(machine.map.count)) + B.little(UInt32(0))
    }
    return image.put(start)
  }
}
