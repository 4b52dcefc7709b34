// What the picture and the tables show of a machine: rows of boxes, made from the engine's answers.

/** The steps and single operations of a boot, in one line for the slider.
 *  @param {Boot} boot
 *  @returns {Position[]} */
function bootPositions(boot) {
  return boot.replay.steps.flatMap(({ operations }, step) => [
    ...operations.map((text, operation) => ({ step, operation, text })),
    { step, operation: -1, text: "" },
  ]);
}

/** The range that a line of memblock's log names.
 *  @param {string} text
 *  @returns {NumberRange | null} */
function operationRange(text) {
  const match = /\[(0x[0-9a-f]+)-(0x[0-9a-f]+)\]/.exec(text);
  return match ? { start: BigInt(match[1]), last: BigInt(match[2]) } : null;
}

/** Who took or gave memory, and when: every operation of the boot on a range.
 *  @param {Boot} boot */
function bootHistory(boot) {
  /** @type {HistoryEvent[]} */
  const events = [];
  boot.replay.steps.forEach(({ operations }, step) => operations.forEach((text, operation) => {
    const range = operationRange(text);
    if (range) events.push({ step, operation, range, text });
  }));
  return events;
}

/** Lines about who and when for a region that is reserved.
 *  @param {HistoryEvent[]} history
 *  @param {Boot} boot
 *  @param {Region} region
 *  @param {{step: number, count: number}} place how far the boot has come; count -1 is all of the step
 *  @returns {string[]} */
function historyLines(history, boot, region, { step, count }) {
  const [start, last] = [BigInt(region.start), BigInt(region.last)];
  const found = history.filter((event) =>
    (event.step < step || event.step === step && (count < 0 || event.operation < count))
    && event.range.start <= last && event.range.last >= start
    && event.range.last - event.range.start <= 4n * (last - start + 1n));
  const lines = [];
  const first = boot.replay.steps.slice(0, step + 1).findIndex((one) =>
    one.reserved.regions.some((other) => BigInt(other.start) <= start && BigInt(other.last) >= last));
  if (first >= 0) lines.push(`since step ${first + 1}: ${boot.replay.steps[first].title}`);
  const texts = [...new Set(found.map((event) => `step ${event.step + 1}: ${event.text}`))];
  lines.push(...texts.slice(0, 4));
  if (texts.length > 4) lines.push(`and ${countText(texts.length - 4, "more operation")}`);
  return lines;
}

/** Whether a table has a region just so.
 *  @param {Region[]} regions
 *  @param {Region} region */
function hasRegion(regions, region) {
  return regions.some((other) => other.start === region.start && other.last === region.last
    && other.node === region.node && other.flags === region.flags);
}

/** The boxes of a table. What the table before did not have is marked as new.
 *  @param {Region[]} regions
 *  @param {Region[] | null} before
 *  @param {string} style
 *  @param {(region: Region) => string[]} lines what is known of each
 *  @returns {Box[]} */
function tableBoxes(regions, before, style, lines = () => []) {
  return regions.map((region) => {
    const node = region.node === undefined ? "" : `node ${region.node}`;
    const flags = flagNames(region.flags);
    return {
      start: BigInt(region.start), last: BigInt(region.last), style,
      label: [node, flags].filter((part) => part).join(", "),
      isNew: before !== null && !hasRegion(before, region),
      lines: [[style === "taken" ? "reserved" : "memory", node, flags]
        .filter((part) => part).join(", "), ...lines(region)],
    };
  });
}

/** The firmware's map.
 *  @param {Machine} machine
 *  @param {(entry: MapEntry) => string} lineText
 *  @returns {Row | null} */
function firmwareRow(machine, lineText) {
  const map = machine.maps.find((one) => one.isFirmware);
  if (!map) return null;
  const boxes = map.entries.filter((entry) => BigInt(entry.last) >= BigInt(entry.start))
    .map((entry) => ({
      start: BigInt(entry.start), last: BigInt(entry.last), style: entry.use, label: entry.type,
      lines: [entry.type, `${entry.file}:${entry.line}`, lineText(entry)],
    })).sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  return { name: map.source, height: 30, boxes };
}

/** A band for each node: its memory, and in it what is reserved.
 *  @param {Tables} tables
 *  @returns {Row[]} */
function nodeRows(tables) {
  const nodes = [...new Set(tables.memory.regions.map((region) => region.node))]
    .filter((node) => node !== undefined).sort((a, b) => a - b);
  return nodes.map((node) => {
    const boxes = [];
    for (const region of tables.memory.regions) {
      if (region.node !== node) continue;
      boxes.push({
        start: BigInt(region.start), last: BigInt(region.last), style: `node node${node % 8}`,
        label: `node ${node}`, lines: [`memory of node ${node}`],
      });
      for (const taken of tables.reserved.regions) {
        const start = BigInt(taken.start) > BigInt(region.start) ? BigInt(taken.start) : BigInt(region.start);
        const last = BigInt(taken.last) < BigInt(region.last) ? BigInt(taken.last) : BigInt(region.last);
        if (start > last) continue;
        boxes.push({ start, last, style: "taken", label: "", lines: [`reserved, on node ${node}`] });
      }
    }
    return { name: `node ${node}`, height: nodes.length > 4 ? 12 : 18, boxes };
  });
}

/** The zones, by the lines that the kernel prints of them.
 *  @param {string[]} lines
 *  @returns {Row | null} */
function zoneRow(lines) {
  const boxes = [];
  for (const line of lines) {
    const match = /^\s+(DMA|DMA32|Normal|Movable|Device)\s+\[mem (0x[0-9a-f]+)-(0x[0-9a-f]+)\]/.exec(line);
    if (!match) continue;
    boxes.push({
      start: BigInt(match[2]), last: BigInt(match[3]), style: `node node${boxes.length % 8}`,
      label: match[1], lines: [`zone ${match[1]}`],
    });
  }
  return boxes.length > 0 ? { name: "zones", height: 22, boxes } : null;
}

/** What the kernel's lines and two tables have in one boot and not in the other.
 *  @param {string[]} left
 *  @param {string[]} right */
function lineDifference(left, right) {
  const [a, b] = [new Set(left), new Set(right)];
  return {
    left: left.map((text) => ({ text, differs: !b.has(text) })),
    right: right.map((text) => ({ text, differs: !a.has(text) })),
  };
}

/** A table as lines.
 *  @param {Table} table */
function tableLines(table) {
  return table.regions.map((region) => {
    const node = region.node === undefined ? "" : `  node ${region.node}`;
    const flags = flagNames(region.flags);
    return `${rangeText(region)}  ${sizeText(BigInt(region.size))}${node}${flags ? "  " + flags : ""}`;
  });
}

/** Tables and what was tried on them, in the trace language that `memblock trace` runs.
 *  @param {Tables} tables
 *  @param {Operation[]} operations
 *  @param {string} title */
function traceText(tables, operations, title) {
  const lines = [`# ${title}`];
  for (const region of tables.memory.regions) {
    const size = shortHex(BigInt(region.size));
    const node = region.node === undefined ? "none" : region.node;
    lines.push(`add_node ${shortHex(BigInt(region.start))} ${size} ${node} ${Number(region.flags)}`);
  }
  for (const region of tables.reserved.regions) {
    lines.push(`reserve ${shortHex(BigInt(region.start))} ${shortHex(BigInt(region.size))}`);
  }
  // Only now: reserve takes no node and joins what touches.
  for (const region of tables.reserved.regions) {
    const range = `${shortHex(BigInt(region.start))} ${shortHex(BigInt(region.size))}`;
    if (region.node !== undefined) lines.push(`set_node_rsv ${range} ${region.node}`);
    if (Number(region.flags) & 0x10) lines.push(`mark_noinit ${range}`);
  }
  lines.push("resize");
  for (const operation of operations) {
    if (operation.kind !== "allocate") {
      const range = `${operation.start} ${operation.size}`;
      lines.push(operation.kind === "add" && operation.node >= 0
        ? `add_node ${range} ${operation.node} 0` : `${operation.kind} ${range}`);
      continue;
    }
    lines.push(`bottom_up ${operation.bottomUp ? 1 : 0}`);
    const request = `${operation.size} ${operation.alignment} ${operation.minimum} ${operation.maximum}`;
    if (operation.node < 0) lines.push(`phys_alloc_range ${request}`);
    else lines.push(`${operation.exact ? "exact_nid_raw" : "try_nid_raw"} ${request} ${operation.node}`);
  }
  return lines.join("\n") + "\ndump\n";
}
