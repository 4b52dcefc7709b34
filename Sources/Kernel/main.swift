@_cdecl("kmain") func kmain() {}
