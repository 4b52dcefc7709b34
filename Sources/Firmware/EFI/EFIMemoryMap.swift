import Addressing

/// EFI's memory map, as the boot loader hands it over beside its own: descriptors of the size that
/// the firmware states, which may be more than the 40 bytes known here (UEFI 2.10, section 7.2.3).
public struct EFIMemoryMap: Sendable {
  private let bytes: PhysicalBytes

  /// The bytes of a descriptor, as the firmware states them.
  public let descriptorSize: Int

  /// The number of descriptors.
  public let count: Int

  /// The physical memory that the map takes.
  public var memory: AddressRange { bytes.range }

  /// The map of those bytes; `nil` where descriptors of that size are too small to be any, are no
  /// multiple of 8 bytes, or the last one is cut.
  public init?(_ bytes: PhysicalBytes, descriptorSize: UInt64) {
    guard descriptorSize >= 40, descriptorSize % 8 == 0, descriptorSize <= UInt32.max,
      bytes.count % Int(descriptorSize) == 0
    else { return nil }
    self.bytes = bytes
    self.descriptorSize = Int(descriptorSize)
    count = bytes.count / Int(descriptorSize)
  }

  /// Calls `body` with each descriptor and its number. O(n).
  public func forEach<Failure: Error>(
    _ body: (Int, EFIMemoryDescriptor) throws(Failure) -> Void
  ) throws(Failure) {
    try bytes.withBytes { (bytes) throws(Failure) in
      for index in 0..<count {
        let start = index * descriptorSize
        let record = bytes.extracting(start..<start + descriptorSize)
        if let descriptor = EFIMemoryDescriptor(record) { try body(index, descriptor) }
      }
    }
  }

  /// Writes a line for each descriptor that is broken, and for each that EFI's runtime services
  /// are in: those are kept out of memory.
  ///
  /// Linux: `efi_clean_memmap`, and `efi_print_memmap` for `efi=debug`.
  public func report(to log: inout some TextSink & ~Copyable) {
    forEach { index, descriptor in
      let range = descriptor.range
      guard range == nil || descriptor.isForRuntime else { return }
      log.write("efi: mem")
      if index < 10 { log.write("0") }
      log.write(decimal: UInt64(index))
      log.write(": [")
      log.write(descriptor.type.name)
      log.write("] range=[")
      let end = descriptor.start.value &+ descriptor.pageCount << PageFrameNumber.shift
      log.write(hex: descriptor.start.value, digits: 16)
      log.write("-")
      log.write(hex: end &- 1, digits: 16)
      log.write(range == nil ? "] (invalid)\n" : "] (")
      if range == nil { return }
      log.write(decimal: descriptor.pageCount >> 8)
      log.write("MB) kept for EFI's runtime services\n")
    }
  }
}
