import Addressing
import Boot
import X86

@c(kernel_main)
func kernelMain(magic: UInt32, information: UInt32) {
  outputByte(UInt8(ascii: "H"), toPort: 0x3f8)
  outputByte(UInt8(ascii: "\n"), toPort: 0x3f8)
  outputByte(0x10, toPort: 0xf4)
}
@c(exception_raised)
func exceptionRaised(frame: exception_frame) {
  outputByte(UInt8(ascii: "X"), toPort: 0x3f8)
  outputByte(UInt8(frame.vector) + 48, toPort: 0x3f8)
  outputByte(0x11, toPort: 0xf4)
}
