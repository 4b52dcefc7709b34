import Addressing
import LoaderInformation

/// The zero page's first 64 bytes: `struct screen_info`.
extension LinuxBootParameters {
  /// The screen; `nil` where none was set up, or one of a kind that is not read here.
  var framebuffer: Framebuffer? {
    get throws(LoaderViolation) {
      let screen: Framebuffer?
      switch field8(0x0f) {
      case 0x01, 0x22: screen = textScreen
      case 0x23, 0x70: screen = linearFramebuffer
      default: return nil
      }
      guard let screen else {
        throw LoaderViolation(.framebuffer, at: frameAddress, .framebufferPitchTooSmall)
      }
      return screen
    }
  }

  /// Where a linear framebuffer is: with 64 bits where the capabilities say so.
  private var frameAddress: UInt64 {
    let has64Bits = field32(0x36) & 2 != 0
    return UInt64(field32(0x18)) | (has64Bits ? UInt64(field32(0x3a)) << 32 : 0)
  }

  private var linearFramebuffer: Framebuffer? {
    func color(_ offset: Int) -> Framebuffer.ColorField {
      Framebuffer.ColorField(position: field8(offset + 1), size: field8(offset))
    }
    guard let bitsPerPixel = UInt8(exactly: field16(0x16)) else { return nil }
    return Framebuffer(
      address: PhysicalAddress(frameAddress), pitch: UInt32(field16(0x24)),
      width: UInt32(field16(0x12)), height: UInt32(field16(0x14)),
      bitsPerPixel: bitsPerPixel, kind: .rgb, red: color(0x26),
      green: color(0x28), blue: color(0x2a))
  }

  /// VGA's text, whose memory is elsewhere in the monochrome mode 7.
  private var textScreen: Framebuffer? {
    let columns = UInt32(field8(0x07))
    return Framebuffer(
      address: PhysicalAddress(field8(0x06) == 7 ? 0xb_0000 : 0xb_8000), pitch: columns * 2,
      width: columns, height: UInt32(field8(0x0e)), bitsPerPixel: 16, kind: .text)
  }
}
