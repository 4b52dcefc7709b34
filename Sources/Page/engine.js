"use strict";
// The libraries as WebAssembly (Exports.swift), and what their answers are made into.

/** One instance of the page's Swift: a log and the boot of its machine. Physical memory is fresh
 *  in each, so every boot gets an instance of its own. */
class Engine {
  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.code = new WebAssembly.Instance(module, {}).exports;
  }

  /** Reads files. What the log says: `report` of the page, `machine` as `show --json` writes it.
   *  @param {{name: string, bytes: Uint8Array}[]} files */
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

  /** Boots the machine. `replay` as `replay --json` writes it; `operations` by step; `findings`.
   *  @param {string | null} commandLine null for the log's
   *  @param {number} page 0 for 4 KiB, 1 for 2 MiB, 2 for 1 GiB */
  boot(commandLine, page) {
    this.code.boot(commandLine === null ? -1 : this.#put(commandLine), page);
    const [replay, more] = this.#answers();
    return { replay, operations: more.operations.map((step) => step.lines), findings: more.findings };
  }

  /** The operations that the log itself holds. */
  operations() {
    this.code.operations();
    return this.#answers()[0].operations;
  }

  /** The tables after that many of them. @param {number} count */
  tablesAfter(count) {
    this.code.tablesAfter(count);
    return this.#answers()[0];
  }

  /** Begins to try things with the tables after a step. @param {number} step */
  beginTrial(step) {
    this.code.beginTrial(step);
    return this.#answers()[0];
  }

  /** Runs one operation on what is tried. @param {Operation} operation */
  attempt(operation) {
    const number = (text) => BigInt(text);
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

  #answers() {
    const place = Number(this.code.output());
    const bytes = new Uint8Array(this.code.memory.buffer, place, this.code.outputSize());
    const text = new TextDecoder().decode(bytes);
    return text === "" ? [] : text.split("\0").filter((part) => part).map((part) => JSON.parse(part));
  }
}
