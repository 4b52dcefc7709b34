import Addressing
import X86

/// The largest number of calls that is printed: more of them are endless recursion.
private let deepestFrame = 12

/// Prints the chain of calls, from the function that calls this one up to the boot.
@inline(never)
func printBacktrace() {
  printBacktrace(framePointer: currentFramePointer())
}

/// Prints the chain of calls that starts at a frame pointer.
///
/// Every function keeps `%rbp` as a chain: at its address the caller's `%rbp`, above that the
/// return address. The chain is followed only on the kernel's own stacks, so that a broken one
/// ends the listing and nothing else.
func printBacktrace(framePointer: UInt64) {
  console.write("Call trace:\n")
  var frame = framePointer
  for _ in 0..<deepestFrame {
    guard let pair = readFrame(at: frame) else { return }
    guard pair.returnAddress != 0 else { return }
    console.write(" ")
    // The call is before the address it returns to, which a function that never returns may not
    // have any more.
    printLocation(pair.returnAddress, inFunctionAt: pair.returnAddress &- 1)
    guard pair.next > frame else { return }
    frame = pair.next
  }
  console.write(" ... and more\n")
}

/// Prints an address of the kernel's text with the function that it is in.
///
/// - Parameter location: An address in that function, where it isn't `address` itself.
func printLocation(_ address: UInt64, inFunctionAt location: UInt64? = nil) {
  console.write("[")
  console.write(hex: address, digits: 16)
  console.write("] ")
  if KernelImage.isText(location ?? address) {
    symbols.write(
      address, inFunctionAt: location ?? address, through: kernelWindow, to: &console)
  } else {
    console.write("not the kernel's text")
  }
  console.write("\n")
}

private func readFrame(at frame: UInt64) -> (next: UInt64, returnAddress: UInt64)? {
  guard frame.isAligned(to: 8) else { return nil }
  if isOtherProcessorsStack(frame) || isThreadsStack(frame) {
    return (readRegister64(frame), readRegister64(frame + 8))
  }
  guard frame >= KernelImage.base.value else { return nil }
  let address = KernelImage.physicalAddress(ofHigh: frame)
  let words = AddressRange(at: address, size: 16)
  guard KernelImage.isStack(words) else { return nil }
  return (
    kernelWindow.load(UInt64.self, at: address), kernelWindow.load(UInt64.self, at: address + 8)
  )
}

/// Whether two words at an address are in the stack of a processor other than the boot's.
private func isOtherProcessorsStack(_ frame: UInt64) -> Bool {
  guard let set = processorSet else { return false }
  return set.processors.contains { $0.stacks?.contains(frame, size: 16) ?? false }
}

/// Whether two words at an address are in the stack of the thread that runs.
private func isThreadsStack(_ frame: UInt64) -> Bool {
  RunningThread.current?.contains(frame, size: 16) ?? false
}

/// Whether an address is in the guard page of any processor's stack, or of the thread that runs.
func isGuardPage(_ address: UInt64) -> Bool {
  if KernelImage.isGuardPage(address) { return true }
  if let thread = RunningThread.current, thread.isGuardPage(address) { return true }
  guard let set = processorSet else { return false }
  return set.processors.contains { $0.stacks?.isGuardPage(address) ?? false }
}
