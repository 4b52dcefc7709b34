import Addressing
import PageAllocator

/// Prints what is free and what is taken, in Linux's words: the `Memory:` line of its boot log,
/// then `/proc/buddyinfo`.
func writeMemorySummary() {
  let sizes = ImageSizes(
    code: KernelImage.text.size, data: KernelImage.data.size,
    constants: KernelImage.constants.size,
    initialization: KernelImage.memory.size - KernelImage.text.size - KernelImage.data.size
      - KernelImage.constants.size - KernelImage.bss.size,
    zeroed: KernelImage.bss.size)
  pages?.writeMemoryLine(sizes, to: &console)
  pages?.writeBuddyInfo(to: &console)
}
