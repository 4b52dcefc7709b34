import Addressing

/// Where zone Movable starts on each node: Linux's `find_zone_movable_pfns_for_nodes`.
extension ZoneLayout {
  /// Sets each node's `movableStart`.
  mutating func placeMovable() {
    if options.isHotplugMovable {
      startMovable { $0.has(MemoryRange.hotPluggable) }
    } else if options.isKernelCoreMirrored {
      placeMovableOutsideMirrors()
    } else {
      spreadKernelCore()
    }
    // Whole blocks of Linux's largest order, and nothing where none is left.
    for index in 0..<nodes.count {
      nodes[index].movableStart = nodes[index].movableStart.alignedUp(to: 1 << 10)
      if nodes[index].movableStart >= nodes[index].end { nodes[index].movableStart = 0 }
    }
  }

  /// Starts Movable at each node's lowest range that is `movable`.
  private func startMovable(where movable: (MemoryRange) -> Bool) {
    for index in 0..<ranges.count where movable(ranges[index]) {
      let node = Int(ranges[index].nodeIndex)
      // Ranges come by address, so the first one is the lowest.
      if nodes[node].movableStart == 0 { nodes[node].movableStart = ranges[index].start }
    }
  }

  /// Mirrored memory and all below 4 GiB is the kernel's, the rest is movable.
  private mutating func placeMovableOutsideMirrors() {
    let limit = ZoneKind.dma32.addressLimit >> PageFrameNumber.shift
    var hasMirror = false
    var isLowMemoryMirrored = true
    for index in 0..<ranges.count {
      if ranges[index].has(MemoryRange.mirrored) {
        hasMirror = true
      } else if ranges[index].start < limit {
        isLowMemoryMirrored = false
      }
    }
    guard hasMirror else {
      movableWarning = .noMirror
      return
    }
    if !isLowMemoryMirrored { movableWarning = .notMirroredBelow4GiB }
    startMovable { !$0.has(MemoryRange.mirrored) && $0.start >= limit }
  }

  /// Spreads the memory that must not be movable evenly over the nodes.
  private func spreadKernelCore() {
    guard var wanted = kernelCoreFrames() else { return }
    let lowest = start(of: kindBelowMovable)
    var nodesLeft = UInt64(nodes.count)
    repeat {
      var share = wanted / nodesLeft
      for node in 0..<nodes.count {
        // Small nodes could not take their share, or low memory took more than it.
        if wanted < share { share = wanted / nodesLeft }
        takeKernelCore(share, from: node, notMovableBelow: lowest, wanted: &wanted)
      }
      nodesLeft -= 1
    } while nodesLeft > 0 && wanted > nodesLeft
  }

  /// Moves a node's start of Movable up past its share of memory for the kernel.
  private func takeKernelCore(
    _ share: UInt64, from node: Int, notMovableBelow lowest: UInt64, wanted: inout UInt64
  ) {
    var share = share
    for index in 0..<ranges.count where Int(ranges[index].nodeIndex) == node {
      var start = max(ranges[index].start, nodes[node].movableStart)
      let end = ranges[index].end
      guard start < end else { continue }
      if start < lowest {
        // What lies below can't be movable, so it counts for the kernel whatever the share.
        let low = min(end, lowest) - start
        share -= min(low, share)
        wanted -= min(low, wanted)
        nodes[node].movableStart = min(end, lowest)
        if end <= lowest { continue }
        start = lowest
      }
      let taken = min(end - start, share)
      nodes[node].movableStart = start + taken
      wanted -= min(taken, wanted)
      share -= taken
      if share == 0 { break }
    }
  }

  /// How many frames must not be movable; `nil` where there is nothing to spread.
  private func kernelCoreFrames() -> UInt64? {
    var total: UInt64 = 0
    for index in 0..<ranges.count { total += ranges[index].end - ranges[index].start }
    var kernelCore = options.kernelCore?.frames(of: total) ?? 0
    if let movable = options.movableCore?.frames(of: total), movable > 0 {
      let blocks = min(movable, total).alignedUp(to: 1 << 10)
      kernelCore = max(kernelCore, total - min(blocks, total))
    }
    return kernelCore > 0 && kernelCore < total ? kernelCore : nil
  }
}
