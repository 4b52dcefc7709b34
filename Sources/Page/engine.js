"use strict";
// The libraries as WebAssembly (Exports.swift), and what their answers are made into.

/** One instance of the page's Swift: a log and the boot of its machine. Physical memory is fresh
 *  in each, so every boot gets an instance of its own. */
class Engine {
  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.code = /** @type {Exports} */ (/** @type {any} */ (new WebAssembly.Instance(module, {}).exports));
  }

  /** Reads files. What the log says: `report` of the page, `machine` as `show --json` writes it.
   *  @param {LogFile[]} files
   *  @returns {{report: Report, machine: Machine}} */
  read(files) {
    const piece = 1 << 20;
    for (const file of files) {
      this.code.beginFile();
      for (let at = 0; at < file.bytes.length; at += piece) {
        this.#put(file.bytes.subarray(at, at + piece));
        this.code.read();
      }
    }
    this.code.finish(this.#put(files.map((file) => file.name.replaceAll("\n", " ")).join("\n")));
    const [report, machine] = this.#answers();
    return { report, machine };
  }

  /** Boots the machine. `replay` as `replay --json` writes it; `findings`.
   *  @param {string | null} commandLine null for the log's
   *  @param {number} page 0 for 4 KiB, 1 for 2 MiB, 2 for 1 GiB
   *  @param {string} rules the Linux whose rules to follow; empty for the log's
   *  @returns {Boot} */
  boot(commandLine, page, rules) {
    this.code.boot(this.#put(commandLine === null ? rules : `${rules}\n${commandLine}`), page);
    const [replay, { findings }] = this.#answers();
    return { replay, findings };
  }

  /** The operations that the log itself holds.
   *  @returns {LogOperation[]} */
  operations() {
    this.code.operations();
    return this.#answers()[0].operations;
  }

  /** The tables after so many operations of a step, or of the log's own for step -1.
   *  @param {number} step
   *  @param {number} count
   *  @returns {TablesAnswer} */
  tablesAfter(step, count) {
    this.code.tablesAfter(step, count);
    return this.#answers()[0];
  }

  /** Begins to try things with the tables after so many operations of a step, or after all of it
   *  for count -1; with those of the log's own operations for step -1.
   *  @param {number} step
   *  @param {number} count
   *  @returns {TablesAnswer} */
  beginTrial(step, count) {
    this.code.beginTrial(step, count);
    return this.#answers()[0];
  }

  /** Runs one operation on what is tried.
   *  @param {Operation} operation
   *  @returns {TablesAnswer} */
  attempt(operation) {
    const number = (/** @type {string} */ text) => BigInt(text);
    if (operation.kind === "allocate") {
      this.code.tryAllocation(number(operation.size), number(operation.alignment),
        number(operation.minimum), number(operation.maximum), operation.node,
        operation.exact ? 1 : 0, operation.bottomUp ? 1 : 0);
    } else {
      const kinds = ["add", "remove", "reserve", "free", "mark_hotplug", "mark_mirror", "mark_nomap"];
      this.code.tryRange(kinds.indexOf(operation.kind), number(operation.start),
        number(operation.size), operation.node);
    }
    return this.#answers()[0];
  }

  /** @param {Uint8Array | string} data */
  #put(data) {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    const place = Number(this.code.input(bytes.length));
    new Uint8Array(this.code.memory.buffer, place, bytes.length).set(bytes);
    return bytes.length;
  }

  /** @returns {any[]} */
  #answers() {
    const place = Number(this.code.output());
    const bytes = new Uint8Array(this.code.memory.buffer, place, this.code.outputSize());
    const text = new TextDecoder().decode(bytes);
    return text === "" ? [] : text.split("\0").filter((part) => part).map((part) => JSON.parse(part));
  }
}
