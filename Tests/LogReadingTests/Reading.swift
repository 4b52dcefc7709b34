import LogReading

/// What a text says, whatever the pieces it arrives in: it is read twice, and both must agree.
func read(_ text: String, _ more: String...) -> BootLog {
  let whole = read([text] + more, piece: .max)
  let pieces = read([text] + more, piece: 7)
  precondition("\(whole)" == "\(pieces)", "pieces make a difference")
  return whole
}

private func read(_ files: [String], piece size: Int) -> BootLog {
  var reader = LogReader()
  for file in files {
    reader.beginFile()
    let bytes = Array(file.utf8)
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + min(size, bytes.count))
      reader.read(bytes.span.extracting(start..<end))
      start = end
    }
  }
  return reader.finish()
}

extension BootLog {
  /// A map as short text: `0-fff:2 1000-9efff:1`.
  func text(_ source: MapSource) -> String {
    map(source).map {
      "\(String($0.start, radix: 16))-\(String($0.last, radix: 16)):\($0.type)"
    }.joined(separator: " ")
  }
}
