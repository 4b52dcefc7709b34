/// What the readers of single lines leave behind.
extension LogReader {
  /// The line as it is kept beside what was read from it.
  func kept(_ line: LineScanner) -> LogLine {
    LogLine(
      file: file, number: lineNumber,
      text: String(line.bytes.extracting(line.position..<line.bytes.count)))
  }

  /// Counts a line of that form. Always `true`.
  @discardableResult
  mutating func count(_ form: LogForm) -> Bool {
    log.lineCounts[form.rawValue] += 1
    return true
  }

  /// Notes that the line claims to be of a form and is not, unless it is only cut off. Always
  /// `true`: the line is no other.
  mutating func note(_ expected: String, in line: LineScanner) -> Bool {
    guard !isCutOff else { return true }
    log.problemCount += 1
    if log.problems.count < 1000 {
      log.problems.append(LogProblem(line: kept(line), expected: expected))
    }
    return true
  }

  /// Begins another boot where this one has said something about memory already.
  mutating func beginBoot() {
    guard log.firmwareSource != nil || !log.dumps.isEmpty || !log.operations.isEmpty else { return }
    let count = log.bootCount
    let problems = (log.problems, log.problemCount)
    log = BootLog()
    log.bootCount = count + 1
    (log.problems, log.problemCount) = problems
  }

  /// Whether the line is a comment of the trace language, or begins with one of its operations
  /// and has numbers or nothing after it. O(operations).
  static func isTraceOperation(_ line: LineScanner) -> Bool {
    var rest = line
    if rest.skip("#") { return true }
    while rest.next == UInt8(ascii: "_") || (0x61...0x7a).contains(rest.next) { rest.position += 1 }
    let length = rest.position - line.position
    guard length > 2, length < 24, rest.isAtEnd || rest.next == 0x20 else { return false }
    var names = LineScanner(traceOperations.utf8Span.span)
    while !names.isAtEnd {
      let start = names.position
      while names.next != 0x20, !names.isAtEnd { names.position += 1 }
      if names.position - start == length {
        var isSame = true
        for index in 0..<length
        where names.bytes[start + index] != line.bytes[line.position + index] {
          isSame = false
        }
        if isSame { return true }
      }
      names.position += 1
    }
    return false
  }

  /// The operations of the trace language.
  private static let traceOperations =
    "reset add add_node remove reserve free alloc alloc_exact phys_alloc_range phys_alloc_try_nid "
    + "try_nid try_nid_raw exact_nid_raw mark_hotplug clear_hotplug mark_mirror mark_nomap "
    + "clear_nomap mark_noinit set_node set_node_rsv trim enforce_limit cap mem_limit_remove_map "
    + "bottom_up limit resize movable_node mirrored_kernelcore is_memory is_map_memory is_reserved "
    + "is_region_memory is_region_reserved overlaps_mem overlaps_rsv mem_size rsv_size "
    + "start_of_dram end_of_dram nr_free_pages numa_coverage search_pfn_nid free_ranges "
    + "free_ranges_rev mem_ranges rsv_ranges pfn_ranges free_all dump hash rules "
    + "reserve_kern reserve_node mark_kern mark_scratch clear_scratch scratch_only alloc_hugetlb "
    + "kern_size hugetlb_size physmem_add physmem_ranges reserve_mem reserve_mem_find "
    + "reserve_mem_release alloc_or_panic zone_ranges free_late discard"
}
