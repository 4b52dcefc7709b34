import Addressing
import Memblock
import Paging
import Replay

// The functions that the page's script calls. Text goes in through `input` and comes out through
// `output` and `outputSize`: one JSON value, or several with a byte 0 between them.

// SAFETY: there is one thread in WebAssembly.
nonisolated(unsafe) private var session = Session()
nonisolated(unsafe) private var inputBytes: [UInt8] = []
nonisolated(unsafe) private var outputBytes: [UInt8] = []

/// Room for `count` bytes of text, which the next call reads.
@_expose(wasm, "input") @_cdecl("page_input")
public func input(_ count: Int32) -> UnsafeMutableRawPointer? {
  unsafe inputBytes = [UInt8](repeating: 0, count: max(1, Int(count)))
  // SAFETY: the array is not touched until the script has written; the next call takes it.
  return unsafe inputBytes.withUnsafeMutableBytes { $0.baseAddress }
}

/// Where the last answer is.
@_expose(wasm, "output") @_cdecl("page_output")
public func output() -> UnsafeRawPointer? {
  // SAFETY: read by the script before the next call.
  unsafe outputBytes.withUnsafeBytes { $0.baseAddress }
}

/// How many bytes the last answer has.
@_expose(wasm, "outputSize") @_cdecl("page_output_size")
public func outputSize() -> Int32 { unsafe Int32(outputBytes.count) }

private func answer(_ body: (inout JSONText) -> Void) {
  var json = JSONText()
  body(&json)
  unsafe outputBytes = json.bytes
}

private func inputText(_ count: Int32) -> String {
  unsafe String(decoding: inputBytes.prefix(Int(count)), as: UTF8.self)
}

/// Begins the next file.
@_expose(wasm, "beginFile") @_cdecl("page_begin_file")
public func beginFile() { unsafe session.beginFile() }

/// Reads what `input` holds as the next piece of the file.
@_expose(wasm, "read") @_cdecl("page_read")
public func read() { unsafe session.read(inputBytes) }

/// Ends the log; `input` holds the files' names, a line each.
@_expose(wasm, "finish") @_cdecl("page_finish")
public func finish(_ count: Int32) {
  let names = inputText(count).split(separator: "\n", omittingEmptySubsequences: false)
  answer { unsafe session.finish(names.map { String($0) }, &$0) }
}

/// Boots; `input` holds the name of the Linux whose rules to follow, empty for the log's, and after
/// a line feed the command line; without one it is the log's.
@_expose(wasm, "boot") @_cdecl("page_boot")
public func boot(_ count: Int32, _ page: Int32) {
  let parts = inputText(count).split(
    separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
  let commandLine = parts.count > 1 ? String(parts[1]) : nil
  let largest = PageSize(rawValue: Int(page)) ?? .oneGiB
  answer {
    unsafe session.boot(
      commandLine: commandLine, largestPage: largest, rules: String(parts[0]), &$0)
  }
}

/// The operations that the log itself holds.
@_expose(wasm, "operations") @_cdecl("page_operations")
public func operations() { answer { unsafe session.operations(&$0) } }

/// The tables after `count` operations of a step; of the log's own for step −1.
@_expose(wasm, "tablesAfter") @_cdecl("page_tables_after")
public func tablesAfter(_ step: Int32, _ count: Int32) {
  answer { unsafe session.tables(ofStep: Int(step), after: Int(count), &$0) }
}

/// Begins to try things with the tables after `count` operations of a step, after all of it where
/// `count` is negative; with those of the log's own operations for step −1.
@_expose(wasm, "beginTrial") @_cdecl("page_begin_trial")
public func beginTrial(_ step: Int32, _ count: Int32) {
  answer { unsafe session.beginTrial(afterStep: Int(step), Int(count), &$0) }
}

/// Runs an operation on a range; `kind` is its place in engine.js, `node` −1 for none.
@_expose(wasm, "tryRange") @_cdecl("page_try_range")
public func tryRange(_ kind: Int32, _ start: UInt64, _ size: UInt64, _ node: Int32) {
  answer { unsafe session.tryRange(Int(kind), start, size, node, &$0) }
}

/// Allocates; `maximum` 0 stands for no upper bound, as in Linux, and `node` −1 for any.
@_expose(wasm, "tryAllocation") @_cdecl("page_try_allocation")
public func tryAllocation(
  _ size: UInt64, _ alignment: UInt64, _ minimum: UInt64, _ maximum: UInt64, _ node: Int32,
  _ isNodeExact: Int32, _ isBottomUp: Int32
) {
  let request = AllocationRequest(
    size: size, alignment: alignment, minimum: PhysicalAddress(minimum),
    maximum: maximum == 0 ? nil : PhysicalAddress(maximum),
    node: node < 0 ? .none : NodeID(node), isNodeExact: isNodeExact != 0)
  answer { unsafe session.tryAllocation(request, isBottomUp: isBottomUp != 0, &$0) }
}
