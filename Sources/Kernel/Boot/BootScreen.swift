import Addressing
import Console
import Firmware
import Memblock

/// The screen that the boot loader left, once it is known to be one.
///
/// A loader's word is not enough: a framebuffer over RAM would be cleared as soon as it is used.
struct BootScreen {
  private let format: ScreenFormat
  private let isText: Bool
  private let layout: PixelLayout

  /// All its bytes.
  var memory: AddressRange { format.memory }

  /// The memory in which a PC's own video adapter is seen.
  private static let legacyVideo = AddressRange(
    from: PhysicalAddress(0xa_0000), to: PhysicalAddress(0xc_0000))

  /// Shows the console on the screen before anything is made of the firmware's map: where that has
  /// nothing but reserved ranges under it, and nothing of the boot is there. Whether it is a screen
  /// all the same when the map is final, `find` says.
  ///
  /// To be called when all that is taken is reserved.
  static func startEarly(with information: BootInformation) {
    guard let framebuffer = information.contents.framebuffer,
      let screen = BootScreen(framebuffer)
    else { return }
    if !Self.legacyVideo.contains(screen.memory) {
      guard screen.memory.start >= PhysicalAddress(1 << 20),
        !memblock.overlaps(screen.memory, in: .reserved)
      else { return }
      let inTheWay = information.contents.memoryMap?.first { range in
        range.type != .reserved
          && AddressRange(at: PhysicalAddress(range.start), size: range.size)
            .overlaps(screen.memory)
      }
      guard inTheWay == nil else { return }
    }
    screen.startIfVisible()
  }

  /// The screen that the boot information names; `nil` where it names none, and, with a line, where
  /// it can't be used.
  ///
  /// To be called when the memory map is final and all that is taken is reserved.
  static func find(in information: BootInformation) -> BootScreen? {
    guard let framebuffer = information.contents.framebuffer, framebuffer.height > 0,
      framebuffer.width > 0
    else { return nil }
    guard let screen = BootScreen(framebuffer) else {
      console.write("screen: not used: its kind or its size is not one that can be drawn on\n")
      return nil
    }
    guard screen.isOutsideMemory() else {
      console.write("screen: not used: ")
      console.write(memory: screen.memory)
      console.write(" is not free of RAM, or of what the firmware keeps there\n")
      return nil
    }
    return screen
  }

  private init?(_ framebuffer: Framebuffer) {
    isText = framebuffer.kind == .text
    guard isText || framebuffer.kind == .rgb && framebuffer.bitsPerPixel % 8 == 0,
      let format = ScreenFormat(
        start: framebuffer.address, pitch: framebuffer.pitch, width: framebuffer.width,
        height: framebuffer.height, unitSize: isText ? 2 : UInt64(framebuffer.bitsPerPixel) / 8),
      isText || FramebufferScreen.characterMemorySize(of: format) > 0
    else { return nil }
    self.format = format
    layout = PixelLayout(
      red: Self.field(framebuffer.red), green: Self.field(framebuffer.green),
      blue: Self.field(framebuffer.blue))
  }

  private static func field(_ color: Framebuffer.ColorField) -> PixelLayout.Field {
    PixelLayout.Field(position: color.position, size: color.size)
  }

  /// The pixels to draw on; `nil` for a text screen, and for one that the kernel can't see.
  var canvas: Canvas? { isText ? nil : Canvas(format, layout, through: kernelWindow) }

  /// Whether the screen is where a PC's video memory is, or where the map has nothing but reserved
  /// ranges and memblock has neither memory nor a reservation.
  private func isOutsideMemory() -> Bool {
    if Self.legacyVideo.contains(memory) { return true }
    guard memory.start >= PhysicalAddress(1 << 20), memoryMap.hasOnly(.reserved, in: memory) else {
      return false
    }
    if memblock.overlaps(memory, in: .reserved) { return false }
    return !memblock.overlaps(memory, in: .memory)
  }

  /// Shows the console on the screen, with all that was written so far, as soon as the kernel can
  /// see it.
  func startIfVisible() {
    guard kernelWindow.range.contains(memory), !console.hasScreen else { return }
    if isText {
      if let screen = TextScreen(format, through: kernelWindow) { console.show(on: screen) }
      return
    }
    let size = FramebufferScreen.characterMemorySize(of: format)
    var characters = KernelImage.screenCharacters
    if size > characters.size {
      guard memblock.endOfMemory != nil else { return }
      characters = allocateEarly(size, for: "screen")
    }
    if let screen = FramebufferScreen(format, characters: characters, through: kernelWindow) {
      console.show(on: screen)
    }
  }
}
