// What the page's script passes around, for the TypeScript compiler that checks it
// (Scripts/check-page.sh). Numbers of 64 bits are text with 0x before them, as the tool's JSON.md says.

/** A range of addresses: the first byte and the last. */
interface TextRange { start: string, last: string }

/** The same as numbers, for the picture. */
interface NumberRange { start: bigint, last: bigint }

interface Region extends TextRange { size: string, node?: number, flags: string }
interface Table { total: string, regions: Region[] }
interface Tables { memory: Table, reserved: Table }

/** A gap that an allocation tried; without a reason memory was found in it. */
interface Gap extends TextRange { node?: number, reason?: string }
interface Pass { title: string, gaps: Gap[] }

/** The tables after an operation; the gaps where it allocates, and what it was given. */
interface TablesAnswer extends Tables, Partial<TextRange> { passes?: Pass[], error?: string }

interface Step extends Tables { title: string, function: string, lines: string[], operations: string[] }

/** The form memblock.replay/1. */
interface Replay {
  commandLine: string, rules: string, steps: Step[]
  allocations: (TextRange & { caller: string })[]
  zoneLines: string[], buddyLines: string[], pageTableSize: string, pageCounts: string[]
  metadataSize: string, freedSize: string, failure?: string
}

interface LogLine { file: number, line: number, text: string }
interface Finding { kind: number, title: string, text: string, lines: LogLine[] }

/** A boot, and what is to be pointed out of it. */
interface Boot { replay: Replay, findings: Finding[] }

interface MapEntry extends TextRange { size: string, type: string, use: string, file: string, line: number }
interface FirmwareMap { source: string, isFirmware: boolean, entries: MapEntry[] }

/** The form memblock.machine/1. */
interface Machine {
  files: string[], forms: string[], kernelVersion?: string, maps: FirmwareMap[]
  operationCount: number, problemCount: number
}

/** What the page is told of a log beside its machine. */
interface Report {
  isEmpty: boolean, isTrace: boolean, hasMap: boolean, bootCount: number, lookedFor: string[]
  problems: (LogLine & { expected: string })[]
}

/** An operation that the log holds; the range that it is on, or that an allocation was given. */
interface LogOperation extends Partial<TextRange> { function: string, caller: string, file: number, line: number }

interface LogFile { name: string, bytes: Uint8Array }
interface RecordedMachine { group: string, title: string, files: { name: string, text: string }[], commandLine?: string }

/** A place of the slider; operation -1 is the end of the step. */
interface Position { step: number, operation: number, text: string }

/** What there is to show at a place of the slider. */
interface Moment {
  tables: Tables, before: Tables | null, step: number, place: { step: number, count: number }
  title: string, where: string, line: string, mark: NumberRange | null, passes: Pass[] | null, text: string[]
}

/** Who took or gave a range, and when. */
interface HistoryEvent { step: number, operation: number, range: NumberRange, text: string }

interface Operation {
  kind: string, start: string, size: string, alignment: string, minimum: string, maximum: string
  node: number, exact: boolean, bottomUp: boolean
}
interface TrialResult { operation: Operation, text: string, isError: boolean }
interface Trial {
  operations: Operation[], results: TrialResult[], start: Tables, tables: Tables, before: Tables
  mark: NumberRange | null, passes: Pass[] | null, place: string
}

/** What a link holds. */
interface State {
  commandLine: string | null, compare: string | null, at: number, source: string, page: number, rules?: string
  linear: boolean, view: [number, number], operations: Operation[]
  machine?: string, files?: { name: string, text: string }[]
}

/** A box of the picture. */
interface Box extends NumberRange { style: string, label: string, isNew?: boolean, lines: string[] }
interface Row { name: string, height: number, boxes: Box[] }

/** What the Swift code exports (Exports.swift). */
interface Exports {
  memory: WebAssembly.Memory
  input(count: number): bigint
  output(): bigint
  outputSize(): number
  beginFile(): void
  read(): void
  finish(count: number): void
  boot(count: number, page: number): void
  operations(): void
  tablesAfter(step: number, count: number): void
  beginTrial(step: number, count: number): void
  tryRange(kind: number, start: bigint, size: bigint, node: number): void
  tryAllocation(size: bigint, alignment: bigint, minimum: bigint, maximum: bigint, node: number,
    isNodeExact: number, isBottomUp: number): void
}

// Newer than the compiler's own declarations.
declare class CompressionStream extends TransformStream<Uint8Array, Uint8Array> { constructor(format: string) }
declare class DecompressionStream extends TransformStream<Uint8Array, Uint8Array> { constructor(format: string) }
interface Array<T> { findLast(found: (element: T) => boolean): T | undefined }
