import Addressing
import Memblock
import MemblockHeader

@c(memblock_set_window)
func setWindow(base: UInt64, size: UInt64, address: UnsafeMutableRawPointer?) {
  let start = VirtualAddress(UInt64(UInt(bitPattern: address)))
  // SAFETY: memblock.h says that the memory must be mapped there.
  let shown = unsafe PhysicalMemoryWindow(showing: range(base, size), at: start)
  unsafe window = shown
  letTablesGrow(through: shown)
}

@c(memblock_keep_state_here)
func keepStateHere(numa: Bool, movableNode option: UnsafePointer<Bool>?) {
  unsafe keepsStateInC = true
  unsafe hasNodes = numa
  unsafe movableNode = option
}

@c(memblock_reset)
func reset() {
  unsafe allocator.reset()
  unsafe window = nil
  unsafe mayResize = false
  publish()
}

extension Memblock {
  // A function of its own: Swift 6.3.1 crashes where the old value's end is compiled into `reset`.
  @inline(never)
  fileprivate mutating func reset() { self = Memblock() }
}

@c(memblock_allow_resize)
func allowResize() {
  unsafe mayResize = true
  if let shown = unsafe window { letTablesGrow(through: shown) }
}

private func letTablesGrow(through shown: PhysicalMemoryWindow) {
  if unsafe mayResize {
    unsafe allocator.allowResize(through: shown)
  } else {
    unsafe allocator.setWindow(shown)
  }
}

@c(memblock_set_linux_rules)
func setLinuxRules(version: memblock_linux) {
  unsafe allocator.rules = version == MEMBLOCK_LINUX_6_12 ? .linux6_12 : .linux7_3
}

@c(memblock_set_kho_scratch_only)
func setKhoScratchOnly() { unsafe allocator.allocatesOnlyScratch = true }

@c(memblock_clear_kho_scratch_only)
func clearKhoScratchOnly() { unsafe allocator.allocatesOnlyScratch = false }

@c(memblock_set_movable_node)
func setMovableNode(on: Bool) { unsafe allocator.keepsHotplugFree = on }

@c(memblock_set_mirrored_kernelcore)
func setMirroredKernelcore(on: Bool) { unsafe allocator.kernelCoreIsMirrored = on }

@c(memblock_set_bottom_up)
func setBottomUp(enable: Bool) {
  _ = change { (memblock) throws(MemblockError) in memblock.isBottomUp = enable }
}

@c(memblock_bottom_up)
func bottomUp() -> Bool { ask { $0.isBottomUp } }

@c(memblock_set_current_limit)
func setCurrentLimit(limit: UInt64) {
  _ = change { (memblock) throws(MemblockError) in
    memblock.currentLimit = PhysicalAddress(limit)
  }
}

@c(memblock_get_current_limit)
func currentLimit() -> UInt64 { ask { $0.currentLimit.value } }

@c(memblock_has_mirror)
func hasMirror() -> Bool { ask { $0.hasMirroredMemory } }

// MARK: The log

@c(memblock_set_log)
func setLog(writeByte: (@convention(c) (UInt8) -> Void)?) {
  unsafe allocator.log.sink = writeByte
}

@c(memblock_set_debug)
func setDebug(on: Bool) { unsafe allocator.log.isDebug = on }

@c(memblock_dump_all)
func dumpAll() {
  adopt()
  guard unsafe allocator.log.isDebug, let writeByte = unsafe allocator.log.sink else { return }
  var sink = MemblockLog.Line(to: writeByte)
  unsafe allocator.dump(to: &sink)
}

@c(memblock_debug_show)
func debugShow(
  table: UnsafePointer<memblock_type>?, writeByte: (@convention(c) (UInt8) -> Void)?
) {
  guard let type = unsafe RegionType(table), let writeByte else { return }
  adopt()
  var sink = MemblockLog.Line(to: writeByte)
  unsafe allocator.writeDebugList(of: type, to: &sink)
}

@c(memblock_note_failure)
func noteFailure(function: UnsafePointer<CChar>?, size: UInt64) {
  unsafe allocator.log.write { line in
    // SAFETY: the caller's own name, which ends with a 0.
    if var letter = unsafe function {
      while unsafe letter.pointee != 0 {
        unsafe line.write(UInt8(bitPattern: letter.pointee))
        unsafe letter += 1
      }
    }
    line.write(": Failed to allocate ")
    line.write(hex: size, digits: 16)
    line.write(" bytes")
  }
}

extension Memblock {
  fileprivate func writeDebugList(of type: RegionType, to sink: inout MemblockLog.Line) {
    regions(type).writeDebugList(to: &sink)
  }
}

/// Says in the log why a function does nothing, where there is a log.
func complain(_ text: StaticString, _ range: AddressRange? = nil) {
  unsafe allocator.log.write { line in
    line.write(text)
    if let range {
      line.write(" ")
      line.write(inclusive: range)
    }
  }
}
