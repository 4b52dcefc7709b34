// fuzz-sources: Tests/MemblockTests/PageSetModel.swift Tests/MemblockTests/ModelRun.swift

/// The input is a run of memblock operations, six bytes each, which are done on sets of pages
/// too.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = unsafe FuzzInput(data, size)
  var run = ModelRun()
  while !input.isAtEnd {
    let wrong = run.step(input.next(count: 6))
    require(wrong == nil, wrong ?? "")
  }
  return 0
}
