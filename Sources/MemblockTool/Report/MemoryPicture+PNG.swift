import Console

extension MemoryPicture {
  private static let left = 190
  private static let rowHeight = 40
  private static let top = 40

  private static let ground: UInt8 = 0
  private static let ink: UInt8 = 1

  /// The colours of a use, and of the pattern on it.
  private static let uses: [(style: String, fill: UInt32, pattern: UInt32)] = [
    ("usable", 0x7fce9b, 0x7fce9b), ("reserved", 0xe69f00, 0x7a5400),
    ("acpiData", 0x56b4e9, 0x0b4a6f), ("acpiNVS", 0x0072b2, 0xcfe8f7),
    ("unusable", 0xd55e00, 0x4d2200), ("other", 0xd55e00, 0x4d2200),
    ("persistent", 0xcc79a7, 0x5c2b48), ("softReserved", 0xcc79a7, 0x5c2b48),
    ("taken", 0x9a9a9a, 0x333333), ("node0", 0xcfe3ff, 0xcfe3ff), ("node1", 0xffe0b8, 0xffe0b8),
    ("node2", 0xd5f0d0, 0xd5f0d0), ("node3", 0xf3d3ea, 0xf3d3ea), ("node4", 0xfff3a8, 0xfff3a8),
    ("node5", 0xd9d9ef, 0xd9d9ef),
  ]

  /// The picture in pixels, with the same rows, boxes and patterns as the SVG.
  var png: [UInt8] {
    let width = min(max(1100, Self.left + scale.borders.count * 26 + 30), 16_000)
    let plot = width - Self.left - 20
    let bottom = Self.top + rows.count * Self.rowHeight
    var colors: [UInt32] = [0xffffff, 0x111111]
    for use in Self.uses { colors += [use.fill, use.pattern] }
    var image = PNGImage(width: width, height: bottom + 110, colors: colors)
    Self.write(heading, at: (10, 10), in: &image, before: width)
    for (index, row) in rows.enumerated() {
      let y = Self.top + index * Self.rowHeight
      Self.write(row.name, at: (10, y + 7), in: &image, before: Self.left - 6)
      for box in row.boxes { draw(box, y, plot, in: &image) }
    }
    drawAxis(bottom, plot, in: &image)
    drawKey(bottom + 80, in: &image)
    return image.file
  }

  private func draw(_ box: Box, _ y: Int, _ plot: Int, in image: inout PNGImage) {
    let start = column(of: box.start, plot)
    let end = max(start + 1, column(of: box.last == .max ? .max : box.last + 1, plot))
    Self.fill(box.style, (start, y), (end, y + 30), in: &image)
    if box.label.utf8.count * Int(Font.width) + 8 < end - start {
      // A clear ground, so that no pattern is behind the letters.
      let width = box.label.utf8.count * Int(Font.width)
      let color = Self.color(of: box.style)
      for row in y + 7..<y + 23 {
        for column in start + 2..<start + 6 + width { image.set(column, row, color) }
      }
      Self.write(box.label, at: (start + 4, y + 7), in: &image, before: end)
    }
  }

  private func column(of address: UInt64, _ plot: Int) -> Int {
    Self.left + Int(scale.position(of: address) * Double(plot))
  }

  /// The addresses below, as many as have room.
  private func drawAxis(_ y: Int, _ plot: Int, in image: inout PNGImage) {
    var free = 0
    for border in scale.borders {
      let x = column(of: border, plot)
      for row in y - 8..<y - 2 { image.set(x, row, Self.ink) }
      let text = "0x" + String(border, radix: 16)
      let width = text.utf8.count * Int(Font.width)
      guard x >= free, x + width < image.width else { continue }
      Self.write(text, at: (x, y + 4), in: &image, before: image.width)
      free = x + width + 10
    }
  }

  private func drawKey(_ y: Int, in image: inout PNGImage) {
    let used = Set(rows.flatMap(\.boxes).map(\.style))
    var x = 10
    for use in Self.uses where used.contains(use.style) && !use.style.hasPrefix("node") {
      Self.fill(use.style, (x, y), (x + 22, y + 16), in: &image)
      let name = use.style == "taken" ? "reserved in memblock" : use.style
      Self.write(name, at: (x + 28, y), in: &image, before: image.width)
      x += 28 + name.utf8.count * Int(Font.width) + 18
    }
  }

  private static func color(of style: String) -> UInt8 {
    UInt8(2 + 2 * (uses.firstIndex { $0.style == style } ?? 5))
  }

  /// A box with its border and its pattern.
  private static func fill(
    _ style: String, _ start: (x: Int, y: Int), _ end: (x: Int, y: Int), in image: inout PNGImage
  ) {
    let color = color(of: style)
    for y in start.y..<end.y {
      for x in start.x..<end.x {
        let isBorder = x == start.x || x == end.x - 1 || y == start.y || y == end.y - 1
        let isPattern =
          switch style {
          case "reserved": (x + y) % 8 < 2
          case "taken": (x - y + 4096) % 8 < 2
          case "acpiData": x % 6 == 0 && y % 6 == 0
          case "acpiNVS": y % 6 < 2
          case "persistent", "softReserved": x % 6 < 2
          default: (x + y) % 8 == 0 || (x - y + 4096) % 8 == 0
          }
        image.set(x, y, isBorder ? ink : isPattern ? color + 1 : color)
      }
    }
  }

  /// Writes a text up to a column; what is not ASCII is a filled cell.
  private static func write(
    _ text: String, at place: (x: Int, y: Int), in image: inout PNGImage, before end: Int
  ) {
    var x = place.x
    for character in text.unicodeScalars {
      guard x + Int(Font.width) <= end else { return }
      let glyph = Font.glyph(of: character.isASCII ? UInt8(character.value) : 0)
      for row in 0..<Font.height {
        for bit in 0..<Int(Font.width) where glyph[row] & 0x80 >> UInt8(bit) != 0 {
          image.set(x + bit, place.y + Int(row), ink)
        }
      }
      x += Int(Font.width)
    }
  }
}
