// A program that imports Kernel sees the types that the machine speaks in, without an import for each
// of their modules.
@_exported import Addressing
@_exported import Console
@_exported import Firmware
@_exported import Memblock
@_exported import PageAllocator
@_exported import Paging
@_exported import Zones
