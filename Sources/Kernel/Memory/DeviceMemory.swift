public import Addressing
import Boot
import Paging
import X86

/// A device's registers in memory, mapped for as long as the value lives.
///
/// ```swift
/// let timer = try DeviceMemory(AddressRange(at: address, size: 1024))
/// let period = timer.read32(at: 4)
/// ```
/// Each access happens once, in program order, at the size that is named.
public struct DeviceMemory: ~Copyable {
  /// Where the first byte is seen.
  public let address: VirtualAddress

  /// How many bytes there are.
  public let size: UInt64

  /// Maps a physical range, past the caches.
  ///
  /// - Parameters:
  ///   - range: The registers.
  ///   - gatheringWrites: For a framebuffer: writes may be gathered, and come in any order.
  public init(_ range: AddressRange, gatheringWrites: Bool = false) throws(MappingError) {
    guard !Self.isRAM(range) else { throw .isRAM }
    let address = try AddressSpace.map(
      range, permissions: gatheringWrites ? .framebuffer : .device)
    self.address = address
    size = range.size
  }

  deinit {
    let start = address.alignedDown(to: PageSize.fourKiB.bytes)
    let end = (address + size).alignedUp(to: PageSize.fourKiB.bytes)
    // Nobody else can have unmapped it: the area belongs to `AddressSpace`.
    try? AddressSpace.unmap(start, size: end - start)
  }

  /// Whether a range above the first MiB is in the direct map, cached. Its ends are looked at: RAM
  /// and devices do not alternate inside of what one device has.
  fileprivate static func isRAM(_ range: AddressRange) -> Bool {
    func isCached(_ address: PhysicalAddress) -> Bool {
      guard address >= PhysicalAddress(1 << 20), kernelWindow.range.contains(address) else {
        return false
      }
      let found = kernelPageTables?.translate(VirtualAddress(direct_map_base()) + address.value)
      return found?.permissions.cacheMode == .writeBack
    }
    return !range.isEmpty && (isCached(range.start) || isCached(range.end - 1))
  }

  /// Reads 32 bits.
  ///
  /// - Parameter offset: In bytes; a multiple of 4, inside the range.
  public func read32(at offset: UInt64) -> UInt32 { readRegister32(registerAddress(offset, 4)) }

  /// Reads 64 bits; the offset is a multiple of 8.
  public func read64(at offset: UInt64) -> UInt64 { readRegister64(registerAddress(offset, 8)) }

  /// Reads 16 bits; the offset is a multiple of 2.
  public func read16(at offset: UInt64) -> UInt16 { readRegister16(registerAddress(offset, 2)) }

  /// Reads a byte.
  public func read8(at offset: UInt64) -> UInt8 { readRegister8(registerAddress(offset, 1)) }

  /// Writes 32 bits; the offset is a multiple of 4.
  public func write32(_ value: UInt32, at offset: UInt64) {
    writeRegister32(registerAddress(offset, 4), value)
  }

  /// Writes 64 bits; the offset is a multiple of 8.
  public func write64(_ value: UInt64, at offset: UInt64) {
    writeRegister64(registerAddress(offset, 8), value)
  }

  /// Writes 16 bits; the offset is a multiple of 2.
  public func write16(_ value: UInt16, at offset: UInt64) {
    writeRegister16(registerAddress(offset, 2), value)
  }

  /// Writes a byte.
  public func write8(_ value: UInt8, at offset: UInt64) {
    writeRegister8(registerAddress(offset, 1), value)
  }

  private func registerAddress(_ offset: UInt64, _ width: UInt64) -> UInt64 {
    precondition(
      offset.isAligned(to: width) && offset < size && width <= size - offset,
      "no such register")
    return address.value + offset
  }
}

extension AddressSpace {
  /// Maps a device's registers for as long as the machine is up; `nil` where that can't be, or
  /// where there is RAM: a wrong table must not make memory in use uncached.
  static func mapForever(_ range: AddressRange) -> VirtualAddress? {
    DeviceMemory.isRAM(range) ? nil : try? map(range, permissions: .device)
  }
}
