import Addressing
import Console
import PageAllocator
import X86

/// Physical memory, drawn.
extension Monitor {
  /// Draws memory by its use on the framebuffer, until a key is pressed.
  mutating func drawPicture() {
    guard let canvas, let pages else {
      console.write("there is no framebuffer to draw on\n")
      return
    }
    let layout = pages.layout
    let text = console.releaseFramebuffer()
    MemoryPicture.draw(
      on: canvas, bandCount: layout.nodeCount,
      band: { index in
        MemoryPicture.Band(
          node: UInt64(layout.node(index).node.value),
          range: layout.node(index).range)
      },
      amounts: { MemoryUses.amounts(in: $0, of: pages) })
    console.write("picture: ")
    console.write(decimal: canvas.width)
    console.write(" by ")
    console.write(decimal: canvas.height)
    console.write("; a key brings the text back\n")
    while readKey() == nil { pauseProcessor() }
    console.takeBack(text)
  }
}
