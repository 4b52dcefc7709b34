import X86
import Addressing
var bump: UInt64 = 0xb00_0000
@c(heap_allocate)
func heapAllocate(result: UInt64, alignment: UInt64, size: UInt64) -> CInt {
  bump = bump.alignedUp(to: alignment); writeWord(0x0000_0880_0000_0000 + bump, toAddress: result);
  bump += size; return 0
}
@c(heap_release)
func heapRelease(address: UInt64) {}
