import Foundation
import Testing

/// memblock.h by itself: what every C and C++ program that includes it relies on.
struct HeaderTests {
  private static let folder = CLibrary.package
    .appendingPathComponent("Sources/MemblockC/Header/include")

  @Test("each function has a kernel-doc comment that names its parameters")
  func documented() throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent("memblock.h"), encoding: .utf8)
    let declaration = /(?m)^(?:static inline )?[a-z][a-z0-9_ ]*[ *](\w+)\(([^;{]*)\)(?:;| \{)/
    var names: [String] = []
    for match in text.matches(of: declaration) {
      let name = String(match.1)
      names.append(name)
      let comment = text[..<match.range.lowerBound].split(
        separator: "/**", omittingEmptySubsequences: false
      ).last!
      #expect(comment.hasPrefix("\n * \(name) - "), "\(name) has no comment of its own")
      for parameter in match.2.matches(of: /(\w+)(?:\)\([^)]*\))?(?:,|$)/) {
        let word = parameter.1
        if word != "void" && !["char", "pages", "context"].contains(word) {
          #expect(comment.contains("\n * @\(word): "), "\(name) does not say what \(word) is")
        }
      }
    }
    #expect(names.count >= 75 && Set(names).count == names.count)
  }

  @Test(
    "a system with such names of its own includes it",
    arguments: [["gcc", "-std=c99", "-pedantic", "-x", "c"], ["g++", "-std=c++17", "-x", "c++"]])
  func collisions(compiler: [String]) throws {
    let program = """
      #define MEMBLOCK_HAS_PHYS_ADDR_T
      #define NUMA_NO_NODE (-1)
      #define MAX_NUMNODES 1024
      #define MEMBLOCK_NO_LOOPS
      #define for_each_mem_region own
      typedef unsigned long long phys_addr_t;
      static unsigned long max_low_pfn, physmem;
      #include "memblock.h"
      int main(void) { return (int)(max_low_pfn + physmem); }
      """
    #expect(try Self.compile(program, compiler).status == 0)
    let narrow = program.replacing("unsigned long long", with: "unsigned int")
    #expect(try Self.compile(narrow, compiler).errors.contains("has_64_bits"))
    let large = program.replacing("MAX_NUMNODES 1024", with: "MAX_NUMNODES 64")
    #expect(try Self.compile(large, compiler).errors.contains("MAX_NUMNODES 1024"))
  }

  private static func compile(_ program: String, _ compiler: [String]) throws -> Command {
    let file = CLibrary.scratch.appendingPathComponent("\(UUID().uuidString).c")
    try program.write(to: file, atomically: true, encoding: .utf8)
    return try Command(
      compiler[0],
      compiler.dropFirst() + [
        "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I\(folder.path)", file.path,
      ])
  }
}
