// All that turns what a boot loader and the firmware say into a memblock, in one import. Who wants
// less imports the modules one by one; what isn't used isn't linked either way.
@_exported import ACPI
@_exported import EFI
@_exported import EarlyMemory
@_exported import KernelCommandLine
@_exported import LimineProtocol
@_exported import LinuxBootProtocol
@_exported import LoaderInformation
@_exported import MemoryMap
@_exported import Multiboot2
@_exported import NUMA
@_exported import NUMAEmulation
@_exported import PVH
