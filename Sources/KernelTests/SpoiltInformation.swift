import Addressing
import Firmware
import InformationPatch
import Kernel

/// Spoils the boot information, if a module says how: tests see what becomes of broken information.
func spoilInformation(
  _ original: RawSpan, _ contents: LoaderInformation, _ write: (Int, UInt8) -> Void
) -> Bool {
  guard let module = InformationPatch.find(in: contents),
    kernelWindow.range.contains(module)
  else { return false }
  console.write("boot information: patched by a module\n")
  kernelWindow.withBytes(of: module) { patch in
    InformationPatch.apply(patch, to: original, write: write)
  }
  return true
}
