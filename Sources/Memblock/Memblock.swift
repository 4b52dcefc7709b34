public struct Memblock: ~Copyable { public init() {} }
