import Addressing
import EFI
import LoaderInformation

extension LimineReader {
  /// The text that the first field of an answer, after its revision, points at.
  func text(
    _ piece: LoaderPiece, behind response: VirtualAddress?
  ) throws(LoaderViolation) -> PhysicalBytes? {
    guard let response else { return nil }
    let bytes = try bytes(piece, at: response.value, count: 16)
    return try text(piece, at: bytes.littleEndian(at: 8) ?? 0)
  }

  /// The address that is the first field of an answer, after its revision; `nil` for 0.
  func address(
    _ piece: LoaderPiece, _ response: VirtualAddress?
  ) throws(LoaderViolation) -> PhysicalAddress? {
    guard let response else { return nil }
    let bytes = try bytes(piece, at: response.value, count: 16)
    let address = bytes.littleEndian(UInt64.self, at: 8) ?? 0
    return address == 0 ? nil : physical(address)
  }

  /// The first framebuffer.
  func framebuffer(_ response: VirtualAddress?) throws(LoaderViolation) -> Framebuffer? {
    guard let response else { return nil }
    let table = try pointers(.framebuffer, of: response)
    guard let pointer = table.littleEndian(UInt64.self, at: 0) else { return nil }
    let bytes = try bytes(.framebuffer, at: pointer, count: 41)
    let address = bytes.littleEndian(UInt64.self, at: 0) ?? 0
    func number(_ offset: Int) -> UInt32? {
      UInt32(exactly: bytes.littleEndian(UInt64.self, at: offset) ?? 0)
    }
    func byte(_ offset: Int) -> UInt8 { bytes.littleEndian(at: offset) ?? 0 }
    func color(_ offset: Int) -> Framebuffer.ColorField {
      Framebuffer.ColorField(position: byte(offset + 1), size: byte(offset))
    }
    guard let width = number(8), let height = number(16), let pitch = number(24),
      let bitsPerPixel = UInt8(exactly: bytes.littleEndian(UInt16.self, at: 32) ?? 0),
      let framebuffer = Framebuffer(
        address: physical(address), pitch: pitch, width: width, height: height,
        bitsPerPixel: bitsPerPixel,
        kind: byte(34) == 1 ? .rgb : .other(byte(34)), red: color(35), green: color(37),
        blue: color(39))
    else { throw LoaderViolation(.framebuffer, at: address, .framebufferPitchTooSmall) }
    return framebuffer
  }

  /// EFI's memory map.
  func efiMemoryMap(_ response: VirtualAddress?) throws(LoaderViolation) -> EFIMemoryMap? {
    guard let response else { return nil }
    let answer = try bytes(.efiMemoryMap, at: response.value, count: 32)
    let address = answer.littleEndian(UInt64.self, at: 8) ?? 0
    let map = PhysicalBytes(
      at: physical(address), count: answer.littleEndian(at: 16) ?? 0, in: window)
    guard let map else { throw LoaderViolation(.efiMemoryMap, at: address, .unreachable) }
    guard let map = EFIMemoryMap(map, descriptorSize: answer.littleEndian(at: 24) ?? 0) else {
      throw LoaderViolation(.efiMemoryMap, at: address, .entrySizeInvalid)
    }
    return map
  }

  /// Finds what is wrong with the module behind a pointer.
  func checkModule(at pointer: UInt64) throws(LoaderViolation) {
    let module = try module(at: pointer)
    let file = try bytes(.modules, at: pointer, count: 40)
    if module.range.size != file.littleEndian(UInt64.self, at: 16) {
      throw LoaderViolation(.modules, at: pointer, .passesEnd)
    }
    _ = try text(.moduleCommandLine, at: file.littleEndian(at: 32) ?? 0)
  }

  /// The next thing behind a table of pointers; those that are broken are left out.
  static func next<Element>(
    in table: PhysicalBytes, _ position: inout Int,
    _ read: (LimineReader, UInt64) throws(LoaderViolation) -> Element
  ) -> Element? {
    while let pointer = table.littleEndian(UInt64.self, at: 8 * position) {
      position += 1
      if let element = try? read(LimineReader(window: table.window), pointer) { return element }
    }
    return nil
  }

  /// Writes a line for each thing behind a table of pointers that is broken.
  static func check(
    _ table: PhysicalBytes, log: inout some TextSink & ~Copyable,
    _ read: (LimineReader, UInt64) throws(LoaderViolation) -> Void
  ) {
    var position = 0
    while let pointer = table.littleEndian(UInt64.self, at: 8 * position) {
      position += 1
      do throws(LoaderViolation) {
        try read(LimineReader(window: table.window), pointer)
      } catch {
        error.write(protocol: "limine", to: &log)
      }
    }
  }
}
