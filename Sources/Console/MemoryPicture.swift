public import Addressing

/// A picture of physical memory: a band for each node, in rows like those of a text, from its first
/// address at the upper left to its last at the lower right. A row begins with its address. Each column
/// of its pixels is a stack of what its memory is used for.
///
///     Node 0  0x0000000000001000-0x000000013fffffff  128 KiB a column
///     0x000000000000 ███▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
///     0x000009000000 ▓▓▓▓▓▓▓▓▓░░░░░░░░▓▓▓▓▓▓▓▓▓▓▓▓▓▓
///     Node 1  0x0000000140000000-0x00000001bfffffff  64 KiB a column
///     0x000140000000 ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
///     ■ hole ■ firmware ■ kernel ■ page tables …
public struct MemoryPicture {
  /// A node's band.
  public struct Band: Sendable {
    /// The node's number.
    public let node: UInt64
    /// The physical addresses from its upper left end to its lower right one.
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
    /// The rows that there are for each band. One may take fewer.
    public let rowCount: Int
    /// The columns of a row: a multiple of 128 where there are so many, so that rows begin at round
    /// addresses.
    public let columnCount: UInt64

    /// The lines of a row, and of a stack.
    public static var rowHeight: UInt64 { CanvasText.height }
    /// Where a row's columns begin: behind an address of 12 digits.
    public static var firstColumn: UInt64 { 15 * CanvasText.characterWidth }
    /// The lines from one row to the next.
    private static var pitch: UInt64 { rowHeight + 2 }

    /// The frame for some bands on a canvas of that size: a line of text is the legend's, and each
    /// band has one, and as many rows as there is room for.
    public init(bands: Int, width: UInt64, height: UInt64) {
      let columns = width - Swift.min(width, Self.firstColumn)
      columnCount = columns < 128 ? columns : columns.alignedDown(to: 128)
      let rows = Int((height - Swift.min(height, Self.pitch)) / Self.pitch)
      bandCount = columnCount == 0 ? 0 : Swift.min(bands, rows / 2)
      rowCount = bandCount == 0 ? 0 : rows / bandCount - 1
    }

    /// The first line of a band's label.
    func labelTop(ofBand index: Int) -> UInt64 { UInt64(index * (rowCount + 1)) * Self.pitch }

    /// The first line of a row.
    public func top(ofRow row: Int, inBand index: Int) -> UInt64 {
      labelTop(ofBand: index) + UInt64(row + 1) * Self.pitch
    }

    /// The bytes that a column of a band stands for: a power of two, at least a page, with which the
    /// band fits its rows. There must be room for the band.
    public func columnSize(of band: AddressRange) -> UInt64 {
      var size: UInt64 = PageFrameNumber.size
      while origin(of: band, columnSize: size) + UInt64(rowCount) * columnCount * size < band.end {
        size *= 2
      }
      return size
    }

    /// Where a band's first row begins: at a multiple of what 128 columns stand for.
    private func origin(of band: AddressRange, columnSize: UInt64) -> PhysicalAddress {
      let step = Swift.min(columnCount, 128) * columnSize
      return PhysicalAddress(band.start.value / step * step)
    }

    /// The range that a row stands for; parts of it may be outside the band.
    ///
    /// - Parameters:
    ///   - row: The row's number, from 0 to `rowCount`.
    ///   - band: The band.
    ///   - columnSize: Its `columnSize(of:)`.
    public func range(ofRow row: Int, of band: AddressRange, columnSize: UInt64) -> AddressRange {
      let size = columnCount * columnSize
      return AddressRange(
        at: origin(of: band, columnSize: columnSize) + UInt64(row) * size, size: size)
    }
  }

  /// Draws the picture over the whole canvas.
  ///
  /// Bands for which there is no room are left out, and the legend says how many. O(n) in pixels,
  /// and a call of `amounts` for each column of each row.
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
    let frame = Frame(bands: bandCount, width: canvas.width, height: canvas.height)
    for index in 0..<frame.bandCount {
      let band = band(index)
      let columnSize = frame.columnSize(of: band.range)
      drawLabel(of: band, columnSize, y: frame.labelTop(ofBand: index), on: canvas)
      for number in 0..<frame.rowCount {
        let row = frame.range(ofRow: number, of: band.range, columnSize: columnSize)
        guard row.start < band.range.end else { break }
        let top = frame.top(ofRow: number, inBand: index)
        var address = CanvasText(on: canvas, x: 0, y: top)
        address.write(hex: row.start.value, digits: 12)
        for column in 0..<frame.columnCount {
          let place = AddressRange(at: row.start + column * columnSize, size: columnSize)
          guard let range = place.intersection(band.range) else { continue }
          drawStack(
            amounts(range), of: range.size, x: Frame.firstColumn + column, y: top, on: canvas)
        }
      }
    }
    drawLegend(leftOut: bandCount - frame.bandCount, on: canvas)
  }

  private static func drawLabel(
    of band: Band, _ columnSize: UInt64, y: UInt64, on canvas: Canvas
  ) {
    var label = CanvasText(on: canvas, x: 0, y: y)
    label.write("Node ")
    label.write(decimal: band.node)
    label.write("  ")
    label.write(band.range.start)
    label.write("-")
    label.write(PhysicalAddress(band.range.end.value &- 1))
    label.write("  ")
    label.write(decimal: columnSize >> 10)
    label.write(" KiB a column")
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
    _ amounts: MemoryAmounts, of size: UInt64, x: UInt64, y: UInt64, on canvas: Canvas
  ) {
    let lines = lines(of: amounts, in: size, height: Frame.rowHeight)
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
