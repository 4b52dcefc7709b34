import Addressing
import Firmware

/// Makes the answers of the Limine loader by its PROTOCOL.md: structures of 64-bit fields, linked by
/// pointers into the direct map.
struct LimineBuilder {
  var machine = LoaderMachine()
  /// What is added to a physical address to make a pointer.
  let offset: UInt64
  /// Whether addresses of firmware tables are pointers, as in the older base revisions.
  var hasTablePointers = true
  /// Limine's number of each type of E820.
  static let types: [UInt32: UInt64] = [1: 0, 2: 1, 3: 2, 4: 3, 5: 4]
  /// Further entries of the memory map, by Limine's numbers.
  var moreEntries: [(UInt64, UInt64, UInt64)] = []
  /// A framebuffer's colour model, and bits a pixel.
  var model: UInt8 = 1
  var depth: UInt16 = 32

  /// Writes all of it.
  func write(into image: inout LoaderImage) -> LimineResponses {
    typealias B = Multiboot2Builder
    typealias I = LoaderImage
    func pointer(_ address: UInt64) -> UInt64 { address &+ offset }
    func answer(_ image: inout LoaderImage, _ bytes: [UInt8]) -> VirtualAddress {
      VirtualAddress(pointer(image.put(B.little(UInt64(3)) + bytes)))
    }
    func list(_ image: inout LoaderImage, _ items: [UInt64]) -> VirtualAddress {
      let table = image.put(items.flatMap { B.little(pointer($0)) })
      return answer(&image, I.words(UInt64(items.count), pointer(table)))
    }
    var responses = LimineResponses()
    let name = image.text("Limine")
    responses.bootloaderInfo = answer(&image, I.words(pointer(name), pointer(image.text("9.0"))))
    let line = image.text(machine.commandLine)
    responses.executableCommandLine = answer(&image, I.words(pointer(line)))
    let entries =
      machine.map.map { ($0.0, $0.1, Self.types[$0.2] ?? 99) } + moreEntries
    var addresses = entries.map { image.put(I.words($0.0, $0.1, $0.2)) }
    responses.memoryMap = list(&image, addresses)
    addresses = []
    for module in machine.modules {
      let path = image.text("boot():/module")
      let text = image.text(module.text)
      addresses.append(
        image.put(
          I.words(0, pointer(module.start), module.size, pointer(path), pointer(text), 0, 0)))
    }
    responses.modules = list(&image, addresses)
    let screen = image.put(
      I.words(pointer(0xfd00_0000), 1024, 768, 4096) + B.little(depth)
        + [model, 8, 16, 7, 9, 6, 1])
    responses.framebuffer = list(&image, [screen])
    let root = image.put(machine.rootPointer)
    responses.rootPointer = answer(&image, I.words(hasTablePointers ? pointer(root) : root))
    responses.efiSystemTable = answer(&image, I.words(hasTablePointers ? pointer(0x2000) : 0x2000))
    let efi = image.put([UInt8](repeating: 0, count: 96))
    responses.efiMemoryMap = answer(&image, I.words(pointer(efi), 96, 48, 1))
    return responses
  }
}
