import Addressing
import Console
import PageAllocator
import Paging
import X86

/// Looking at memory, and taking and giving pages.
extension Monitor {
  /// Prints the page table entries for an address.
  func walk(_ words: CommandWords) {
    guard let address = number(1, of: words), words.count == 2 else { return explain(.walk) }
    kernelPageTables?.walk(VirtualAddress(address)) { step in
      step.write(to: &console)
      console.write("\n")
    }
    guard let found = kernelPageTables?.translate(VirtualAddress(address)) else {
      console.write(hex: address, digits: 16)
      console.write(" is not mapped\n")
      return
    }
    console.write(hex: address, digits: 16)
    console.write(" -> ")
    console.write(found.address)
    console.write("\n")
  }

  /// The bytes that a `dump` prints at most.
  private static var dumpLimit: UInt64 { 4096 }

  /// Prints bytes, each page of which must be mapped.
  func dump(_ words: CommandWords) {
    let count = words.count == 2 ? 64 : number(2, of: words)
    guard let address = number(1, of: words), let count, words.count <= 3 else {
      return explain(.dump)
    }
    guard count <= Self.dumpLimit else {
      console.write("at most ")
      console.write(decimal: Self.dumpLimit)
      console.write(" bytes at a time\n")
      return
    }
    guard address <= .max - count else {
      console.write("the bytes pass the end of the address space\n")
      return
    }
    if let missing = firstUnmapped(from: address, count: count) {
      console.write(hex: missing, digits: 16)
      console.write(" is not mapped\n")
      return
    }
    HexDump.write(count, at: address, to: &console) { readByte(fromAddress: address + $0) }
  }

  /// The first of some addresses that is not mapped.
  private func firstUnmapped(from address: UInt64, count: UInt64) -> UInt64? {
    var place = address
    while place < address + count {
      guard let page = kernelPageTables?.translate(VirtualAddress(place)) else { return place }
      place = place.alignedDown(to: page.size.bytes) + page.size.bytes
      if place == 0 { return nil }
    }
    return nil
  }

  /// Allocates a block, and says where it is.
  func allocate(_ words: CommandWords) {
    guard let pages, let order = number(1, of: words), words.count == 2 else {
      return explain(.alloc)
    }
    do throws(AllocationError) {
      let frame = try pages.allocate(FrameRequest(order: Int(clamping: order)))
      console.write("frame ")
      console.write(hex: frame.value)
      console.write(": ")
      console.write(
        memory: AddressRange(at: frame.start, size: PageFrameNumber.size << order))
      console.write("\n")
    } catch {
      error.write(to: &console)
      console.write("\n")
    }
  }

  /// Frees a block that was allocated, by the monitor or by anybody else.
  func free(_ words: CommandWords) {
    guard let pages, let frame = number(1, of: words), let order = number(2, of: words),
      words.count == 3
    else { return explain(.free) }
    do throws(FreeError) {
      try pages.free(PageFrameNumber(frame), order: Int(clamping: order))
      console.write("freed\n")
    } catch {
      error.write(to: &console)
      console.write("\n")
    }
  }

  /// Does what the processor refuses. The kernel reports it, and ends the machine with failure.
  func fault(_ words: CommandWords) {
    if word(1, of: words, is: "read") {
      _ = readByte(fromAddress: 0)
    } else if word(1, of: words, is: "write") {
      writeByte(0, toAddress: KernelImage.highAddress(of: KernelImage.text.start).value)
    } else if word(1, of: words, is: "execute") {
      callAddress(KernelImage.lowAddress(of: KernelImage.data.start).value)
    } else if word(1, of: words, is: "divide") {
      // Nothing that the compiler knows to be zero.
      _ = divide(1, by: UInt32(words.count - 2))
    } else if word(1, of: words, is: "stack") {
      writeByte(0, toAddress: KernelImage.highAddress(of: KernelImage.guardPages[0].start).value)
    } else if word(1, of: words, is: "panic") {
      panic("asked for at the monitor")
    } else {
      explain(.fault)
      console.write("KIND is read, write, execute, divide, stack or panic\n")
    }
  }
}
