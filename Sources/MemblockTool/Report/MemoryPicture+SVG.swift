import Foundation

extension MemoryPicture {
  private static let left = 150.0
  private static let rowHeight = 40.0
  private static let top = 46.0

  /// The picture as a document of SVG 1.1 that needs nothing else.
  var svg: String {
    let width = max(1100, Self.left + Double(scale.borders.count) * 26 + 30)
    let plot = width - Self.left - 20
    let bottom = Self.top + Double(rows.count) * Self.rowHeight
    let height = bottom + 190
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(number(width))" height="\(number(height))" \
      viewBox="0 0 \(number(width)) \(number(height))" role="img" aria-labelledby="title">
      <title id="title">Physical memory: \(escaped(heading))</title>
      \(Self.styles)
      <rect class="ground" width="100%" height="100%"/>
      <text x="10" y="24" class="heading">\(escaped(heading))</text>

      """
    for (index, row) in rows.enumerated() {
      let y = Self.top + Double(index) * Self.rowHeight
      text += "<text x=\"10\" y=\"\(number(y + 20))\">\(escaped(row.name))</text>\n"
      for box in row.boxes { text += self.box(box, y: y, width: plot) }
    }
    text += axis(y: bottom, width: plot)
    text += legend(y: height - 22)
    return text + "</svg>\n"
  }

  private func box(_ box: Box, y: Double, width: Double) -> String {
    let start = Self.left + scale.position(of: box.start) * width
    let end = Self.left + scale.position(of: box.last == .max ? .max : box.last + 1) * width
    let size = box.last &- box.start &+ 1
    let title =
      "\(Words.range(box.start, box.last)), \(Words.size(size == 0 ? .max : size))\n\(box.title)"
    let x = number(start)
    let boxWidth = max(end - start, 1)
    var text =
      "<g><title>\(escaped(title))</title><rect class=\"\(box.style)\" x=\"\(x)\" "
      + "y=\"\(number(y))\" width=\"\(number(boxWidth))\" height=\"30\"/>"
    // A letter is some 6 wide.
    if Double(box.label.count) * 6 + 6 < boxWidth {
      text +=
        "<text class=\"label\" x=\"\(number(start + 4))\" y=\"\(number(y + 19))\">"
        + "\(escaped(box.label))</text>"
    }
    text += "</g>\n"
    return text
  }

  /// The addresses, turned; those that would lie on the one before are left out.
  private func axis(y: Double, width: Double) -> String {
    var text = ""
    var previous = -100.0
    for border in scale.borders {
      let x = Self.left + scale.position(of: border) * width
      text +=
        "<line class=\"axis\" x1=\"\(number(x))\" x2=\"\(number(x))\" "
        + "y1=\"\(number(y - 8))\" y2=\"\(number(y - 2))\"/>\n"
      guard x - previous >= 13 else { continue }
      previous = x
      text +=
        "<text class=\"address\" transform=\"translate(\(number(x + 4)) \(number(y + 4))) "
        + "rotate(90)\">0x\(String(border, radix: 16))</text>\n"
    }
    return text
  }

  private func legend(y: Double) -> String {
    var x = 10.0
    var text = ""
    let used = Set(rows.flatMap(\.boxes).map(\.style))
    let names = [
      ("usable", "usable"), ("reserved", "reserved"), ("acpiData", "ACPI data"),
      ("acpiNVS", "ACPI NVS"), ("unusable", "unusable"), ("persistent", "persistent"),
      ("softReserved", "soft reserved"), ("other", "other types"),
      ("taken", "reserved by memblock"),
    ]
    for (style, name) in names where used.contains(style) {
      text +=
        "<rect class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y - 12))\" "
        + "width=\"24\" height=\"14\"/><text x=\"\(number(x + 30))\" y=\"\(number(y))\">"
        + "\(name)</text>\n"
      x += 50 + Double(name.count) * 7
    }
    return text
  }

  private func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0
      ? String(Int(tenths / 10)) : String(tenths / 10)
  }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// Each use has a colour, and a pattern for those who can't tell colours apart.
  private static let styles = """
    <defs>
    <pattern id="p1" width="6" height="6" patternUnits="userSpaceOnUse" \
    patternTransform="rotate(45)"><rect width="6" height="6" fill="#e69f00"/>\
    <line y2="6" stroke="#7a5400" stroke-width="2"/></pattern>
    <pattern id="p2" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" \
    height="6" fill="#56b4e9"/><circle cx="3" cy="3" r="1.2" fill="#0b4a6f"/></pattern>
    <pattern id="p3" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" \
    height="6" fill="#0072b2"/><line x2="6" stroke="#cfe8f7" stroke-width="2"/></pattern>
    <pattern id="p4" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" \
    height="6" fill="#d55e00"/><path d="M0 0L6 6M6 0L0 6" stroke="#4d2200"/></pattern>
    <pattern id="p5" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" \
    height="6" fill="#cc79a7"/><line y2="6" stroke="#5c2b48" stroke-width="2"/></pattern>
    <pattern id="p6" width="6" height="6" patternUnits="userSpaceOnUse" \
    patternTransform="rotate(-45)"><rect width="6" height="6" fill="#9a9a9a"/>\
    <line y2="6" stroke="#333" stroke-width="2"/></pattern>
    </defs>
    <style>
    text{font:12px system-ui,sans-serif;fill:#111}.heading{font-size:15px;font-weight:600}
    .label{font-size:10px}.address{font:10px ui-monospace,monospace}
    .ground{fill:#fff}.axis{stroke:#555}rect{stroke:#222;stroke-width:.5}.ground{stroke:none}
    .usable{fill:#7fce9b}.reserved{fill:url(#p1)}.acpiData{fill:url(#p2)}.acpiNVS{fill:url(#p3)}
    .unusable{fill:url(#p4)}.other{fill:url(#p4)}.persistent{fill:url(#p5)}
    .softReserved{fill:url(#p5)}.taken{fill:url(#p6)}
    .node0{fill:#cfe3ff}.node1{fill:#ffe0b8}.node2{fill:#d5f0d0}.node3{fill:#f3d3ea}
    .node4{fill:#fff3a8}.node5{fill:#d9d9ef}
    @media (prefers-color-scheme:dark){.ground{fill:#16181c}text{fill:#eee}.axis{stroke:#aaa}
    .label{fill:#000}}
    </style>
    """
}
