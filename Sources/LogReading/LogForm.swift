/// What kinds of text a log can hold.
public enum LogForm: Int, CaseIterable, Sendable {
  /// `BIOS-e820: [mem 0x…-0x…] usable`, in every form that Linux 2.6 to 7.1 has printed.
  case e820
  /// The entries of EFI's memory map, `efi: mem00: … range=[0x…-0x…] (1MB)`.
  case efi
  /// The dumps of memblock's tables, from `MEMBLOCK configuration:` on.
  case memblockDump
  /// What `memblock=debug` logs of each operation.
  case memblockDebug
  /// The lines of ACPI's SRAT.
  case srat
  /// Node ranges, zone ranges and per-node data.
  case nodesAndZones
  /// `/proc/iomem`.
  case iomem
  /// `lsmem`.
  case lsmem
  /// GRUB's `lsmmap`.
  case lsmmap
  /// A list of Multiboot's `mmap` entries.
  case multiboot
  /// Limine's listing of its memory map.
  case limine
  /// The map that Xen's hypervisor prints.
  case xen
  /// The trace language.
  case trace

  /// How messages name the form.
  public var name: String {
    switch self {
    case .e820: "e820 map lines (BIOS-e820: [mem 0x…-0x…] usable)"
    case .efi: "EFI memory map (efi: mem00: … range=[0x…-0x…])"
    case .memblockDump: "memblock dump (MEMBLOCK configuration:)"
    case .memblockDebug: "memblock=debug operations (memblock_reserve: [0x…-0x…] …)"
    case .srat: "SRAT (SRAT: Node 0 PXM 0 [mem 0x…-0x…])"
    case .nodesAndZones: "node and zone ranges (node   0: [mem 0x…-0x…])"
    case .iomem: "/proc/iomem (00001000-0009fbff : System RAM)"
    case .lsmem: "lsmem (0x…-0x… 2G online)"
    case .lsmmap: "GRUB's lsmmap (base_addr = 0x…, length = 0x…, …)"
    case .multiboot: "Multiboot map (base_addr = 0x…, length = 0x…, type = 1)"
    case .limine: "Limine's map ([0x… -> 0x…] : 0x… <Usable RAM>)"
    case .xen: "Xen's map ((XEN)  [0x…, 0x…] (usable))"
    case .trace: "trace language (add 0x… 0x…)"
    }
  }

  /// The name of the case, for programs.
  public var key: String {
    switch self {
    case .e820: "e820"
    case .efi: "efi"
    case .memblockDump: "memblockDump"
    case .memblockDebug: "memblockDebug"
    case .srat: "srat"
    case .nodesAndZones: "nodesAndZones"
    case .iomem: "iomem"
    case .lsmem: "lsmem"
    case .lsmmap: "lsmmap"
    case .multiboot: "multiboot"
    case .limine: "limine"
    case .xen: "xen"
    case .trace: "trace"
    }
  }
}
