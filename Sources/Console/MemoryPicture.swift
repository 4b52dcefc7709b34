public import Addressing

/// A picture of physical memory: a band for each node, from its first address at the left to its
/// last at the right. Each column of pixels is a stack of what its memory is used for.
///
///     Node 0  0x0000000000000000-0x000000013fffffff
///     ███▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░▓▓▓▓▓▓▓▓
///     Node 1  0x0000000140000000-0x000000023fffffff
///     ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
///     ■ hole ■ firmware ■ kernel ■ page tables …
public struct MemoryPicture {
  /// A node's band.
  public struct Band: Sendable {
    /// The node's number.
    public let node: UInt64
    /// The physical addresses from its left end to its right one.
    public let range: AddressRange

    /// The band of a node.
    public init(node: UInt64, range: AddressRange) {
      self.node = node
      self.range = range
    }
  }

  /// How a picture of some bands lies on a canvas, in pixels.
  public struct Frame: Sendable {
    /// How many bands there is room for, from the first on.
    public let bandCount: Int
    /// The lines of a band's stack, at most 200.
    public let stackHeight: UInt64
    /// The lines from one band's label to the next one's.
    var bandHeight: UInt64 { CanvasText.height + stackHeight + 8 }

    /// The least number of lines that a stack has.
    static var leastStackHeight: UInt64 { 16 }

    /// The frame for some bands on a canvas: its last two lines of text are the legend's.
    public init(bands: Int, on canvas: Canvas) {
      let height = canvas.height - Swift.min(canvas.height, 2 * CanvasText.height)
      let least = CanvasText.height + Self.leastStackHeight + 8
      bandCount = Swift.min(bands, Int(height / least))
      let share = bandCount == 0 ? 0 : height / UInt64(bandCount)
      stackHeight = share < least ? 0 : Swift.min(share - CanvasText.height - 8, 200)
    }

    /// The first line of a band's stack.
    public func stackTop(ofBand index: Int) -> UInt64 {
      UInt64(index) * bandHeight + CanvasText.height
    }
  }

  /// Draws the picture over the whole canvas.
  ///
  /// Bands for which there is no room are left out, and the legend says how many. O(n) in pixels,
  /// and a call of `amounts` for each column of each band.
  ///
  /// - Parameters:
  ///   - canvas: Where to draw.
  ///   - bandCount: The number of bands.
  ///   - band: The band of that index.
  ///   - amounts: The bytes of a range by their use; what is missing is a hole.
  public static func draw(
    on canvas: Canvas, bandCount: Int, band: (Int) -> Band,
    amounts: (AddressRange) -> MemoryAmounts
  ) {
    canvas.fill(x: 0, y: 0, width: canvas.width, height: canvas.height, .black)
    let frame = Frame(bands: bandCount, on: canvas)
    for index in 0..<frame.bandCount {
      let band = band(index)
      let top = frame.stackTop(ofBand: index)
      var label = CanvasText(on: canvas, x: 0, y: top - CanvasText.height)
      label.write("Node ")
      label.write(decimal: band.node)
      label.write("  ")
      label.write(band.range.start)
      label.write("-")
      label.write(PhysicalAddress(band.range.end.value &- 1))
      for column in 0..<canvas.width {
        let range = part(column, of: canvas.width, in: band.range)
        drawStack(
          amounts(range), of: range.size, x: column, y: top, height: frame.stackHeight, on: canvas)
      }
    }
    drawLegend(leftOut: bandCount - frame.bandCount, on: canvas)
  }

  /// The range that a column stands for; the columns' ranges are all of the band's, in order.
  public static func part(
    _ column: UInt64, of columns: UInt64, in range: AddressRange
  ) -> AddressRange {
    // size × column / columns, without a product of more than 64 bits.
    let (quotient, remainder) = range.size.quotientAndRemainder(dividingBy: columns)
    func border(_ column: UInt64) -> PhysicalAddress {
      range.start + (quotient * column + remainder * column / columns)
    }
    return AddressRange(from: border(column), to: border(column + 1))
  }

  /// The lines of a stack that each use gets: in proportion, but at least one for what is there.
  ///
  /// - Parameters:
  ///   - amounts: The bytes by their use, without the hole.
  ///   - size: The bytes of all; what no use has is the hole's.
  ///   - height: The lines of the stack.
  public static func lines(
    of amounts: MemoryAmounts, in size: UInt64, height: UInt64
  ) -> MemoryAmounts {
    let uses = MemoryCategory.all
    var amounts = amounts
    var known: UInt64 = 0
    for index in 1..<uses.count { known += amounts[uses[index]] }
    amounts[.hole] = size - Swift.min(known, size)

    var lines = MemoryAmounts()
    guard size > 0 else { return lines }
    // So many bits less that a product fits in 64.
    let shift = UInt64(
      Swift.max(0, height.bitWidth - height.leadingZeroBitCount - size.leadingZeroBitCount))
    var sum: UInt64 = 0
    for index in uses.indices where amounts[uses[index]] > 0 {
      let use = uses[index]
      let share = (Swift.min(amounts[use], size) >> shift) * height / (size >> shift)
      lines[use] = Swift.max(share, 1)
      sum += lines[use]
    }
    // What rounding has left over, or taken too much, is the largest one's.
    while sum != height {
      var largest = MemoryCategory.hole
      for index in uses.indices where lines[uses[index]] > lines[largest] {
        largest = uses[index]
      }
      if sum < height {
        lines[largest] += height - sum
        sum = height
      } else {
        guard lines[largest] > 0 else { return lines }
        lines[largest] -= 1
        sum -= 1
      }
    }
    return lines
  }

  private static func drawStack(
    _ amounts: MemoryAmounts, of size: UInt64, x: UInt64, y: UInt64, height: UInt64,
    on canvas: Canvas
  ) {
    let lines = lines(of: amounts, in: size, height: height)
    var top = y
    let uses = MemoryCategory.all
    for index in uses.indices where lines[uses[index]] > 0 {
      let use = uses[index]
      canvas.fill(x: x, y: top, width: 1, height: lines[use], use.color)
      top += lines[use]
    }
  }

  private static func drawLegend(leftOut: Int, on canvas: Canvas) {
    guard canvas.height >= CanvasText.height else { return }
    let y = canvas.height - CanvasText.height
    var x: UInt64 = 0
    let uses = MemoryCategory.all
    for index in uses.indices {
      let use = uses[index]
      canvas.fill(x: x, y: y + 2, width: 12, height: 12, use.color)
      var text = CanvasText(on: canvas, x: x + 16, y: y)
      text.write(use.name)
      x = text.x + 16
    }
    guard leftOut > 0 else { return }
    var text = CanvasText(on: canvas, x: x, y: y)
    text.write(decimal: UInt64(leftOut))
    text.write(" more nodes")
  }
}
