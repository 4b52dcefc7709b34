// The page itself: what is shown, and what happens when something is used.

/** @param {string} id */
const byId = (id) => /** @type {any} */ (document.getElementById(id));

const app = {
  /** @type {WebAssembly.Module} */ module: null,
  /** @type {Record<string, RecordedMachine>} */ recorded: {},
  /** @type {LogFile[]} */ files: [],
  /** The lines of each file; none of a file that is very large.
   *  @type {string[][]} */
  lines: [],
  recordedName: "",
  /** @type {{report: Report, machine: Machine}} */ read: null,
  /** @type {Engine} */ engine: null,
  /** @type {Boot | null} */ boot: null,
  /** @type {Position[]} */ positions: [],
  /** @type {HistoryEvent[]} */ history: [],
  at: 0,
  /** @type {Boot | null} */ compared: null,
  /** @type {string | null} */ comparedCommandLine: null,
  source: "boot",
  /** @type {LogOperation[]} */ logOperations: [],
  /** Tables after single operations.
   *  @type {Map<string, TablesAnswer>} */
  tables: new Map(),
  /** @type {Trial | null} */ trial: null,
  /** @type {Operation[]} */ undone: [],
  /** @type {string | null} */ commandLine: null,
  page: 2, rules: "",
  /** @type {Picture} */ picture: null,
  timer: 0,
};

/** Tells the user something, in words.
 *  @param {string} text
 *  @param {boolean} [isError] */
function tell(text, isError = false) {
  const place = byId("message");
  place.textContent = text;
  place.className = isError ? "error" : "";
}

/** Runs something that the user asked for; what goes wrong is told.
 *  @param {() => any} action */
async function attempt(action) {
  try {
    await action();
  } catch (caught) {
    const error = /** @type {Error} */ (caught);
    const isOurs = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    tell(isOurs
      ? `The boot code stopped (${error.message}). Your log is still in the box; please report it with the log.`
      : error.message, true);
  }
}

// MARK: Reading a log

/** Reads files and boots what they describe.
 *  @param {LogFile[]} files
 *  @param {{commandLine?: string | null}} [restored] */
async function open(files, restored = {}) {
  const engine = new Engine(app.module);
  const read = engine.read(files);
  const name = files.map((file) => file.name).join(", ");
  const { report } = read;
  if (report.isEmpty) {
    throw new Error(`${name}: nothing here that a map of memory could be read from. `
      + `Looked for: ${report.lookedFor.join("; ")}.`);
  }
  if (report.isTrace) throw new Error(`${name}: this is a trace; the tool runs it: memblock trace FILE.`);
  if (!report.hasMap) {
    throw new Error(`${name}: no map of memory to boot with. Lines like “BIOS-e820: [mem 0x…-0x…] usable”, `
      + "/proc/iomem or a boot loader's map are needed.");
  }
  Object.assign(app, {
    engine, read, files, boot: null, compared: null, comparedCommandLine: null, trial: null,
    undone: [], source: "boot", logOperations: [], commandLine: null,
  });
  app.lines = files.map((file) => file.bytes.length < 8 << 20
    ? new TextDecoder().decode(file.bytes).split(/\r?\n/) : []);
  app.commandLine = restored.commandLine ?? null;
  bootMachine();
  if (read.machine.operationCount > 0) app.logOperations = engine.operations();
  byId("source-log").disabled = app.logOperations.length === 0;
  byId("source-boot").checked = true;
  app.picture.view = [0, 1];
  app.picture.selected = null;
  show();
  const problems = report.problems.map((problem) =>
    `line ${problem.line}: ${problem.expected}, found “${problem.text.slice(0, 80)}”`);
  const parts = [`${name}: ${read.machine.forms.join(", ")}.`];
  if (report.bootCount > 1) parts.push(`${report.bootCount} boots in here; this is the last.`);
  if (problems.length > 0) {
    parts.push(`${countText(read.machine.problemCount, "line")} left out: ${problems.slice(0, 3).join("; ")}.`);
  }
  tell(parts.join(" "), problems.length > 0);
}

/** Boots the machine with the command line that is set. */
function bootMachine() {
  if (app.boot) {
    // Physical memory has to be fresh.
    app.engine = new Engine(app.module);
    app.engine.read(app.files);
  }
  app.boot = app.engine.boot(app.commandLine, app.page, app.rules);
  app.tables.clear();
  app.positions = bootPositions(app.boot);
  app.history = bootHistory(app.boot);
  app.at = app.positions.length - 1;
  app.trial = null;
  app.undone = [];
  byId("command-line").value = app.boot.replay.commandLine;
  byId("rules").value = app.rules;
}

/** The line of the log that an entry of the map is from.
 *  @param {MapEntry} entry */
function lineText(entry) {
  const file = app.files.findIndex((one) => one.name === entry.file);
  return (app.lines[file]?.[entry.line - 1] ?? "").trim();
}

// MARK: Where the slider is

/** @type {Tables} */
const noTables = { memory: { total: "0x0", regions: [] }, reserved: { total: "0x0", regions: [] } };

/** Memblock's tables after so many operations of a step, -1 for all of it; step -1 is the log's own
 *  operations. They are asked for once.
 *  @param {number} step
 *  @param {number} count
 *  @returns {TablesAnswer} */
function tablesAfter(step, count) {
  const { steps } = app.boot.replay;
  if (step >= 0 && (count < 0 || count === 0)) {
    return (count < 0 ? steps[step] : steps[step - 1]) ?? noTables;
  }
  const key = `${step} ${count}`;
  const tables = app.tables.get(key) ?? app.engine.tablesAfter(step, count);
  if (tables.error) throw new Error(tables.error);
  // A step can have thousands of operations; those that were shown last are enough.
  if (app.tables.size >= 64) app.tables.clear();
  app.tables.set(key, tables);
  return tables;
}

/** The tables at the slider's place, those before, and what happened between them.
 *  @returns {Moment} */
function moment() {
  return app.source === "log" ? momentOfLog() : momentOfBoot();
}

/** @returns {Moment} */
function momentOfLog() {
  const count = app.at;
  const operation = app.logOperations[count - 1];
  const tables = tablesAfter(-1, count);
  return {
    tables, before: count > 0 ? tablesAfter(-1, count - 1) : null,
    step: app.boot.replay.steps.length - 1, place: { step: -1, count },
    title: operation ? `${operation.function}, asked by ${operation.caller}`
      : "Before the first operation that is run",
    where: `operation ${count} of ${app.logOperations.length}`,
    line: operation ? `${app.files[operation.file].name}:${operation.line}  `
      + (app.lines[operation.file]?.[operation.line - 1] ?? "").trim() : "",
    mark: operation?.start ? { start: BigInt(operation.start), last: BigInt(operation.last) } : null,
    passes: tables.passes ?? null, text: [],
  };
}

/** @returns {Moment} */
function momentOfBoot() {
  const { steps } = app.boot.replay;
  const { step, operation, text } = app.positions[app.at];
  const isEnd = operation < 0;
  const count = steps[step].operations.length;
  const tables = tablesAfter(step, isEnd ? -1 : operation + 1);
  return {
    tables, before: isEnd ? tablesAfter(step, 0) : tablesAfter(step, operation),
    // What is known of a region while the step goes on is of the steps before and of this one.
    step, place: { step, count: isEnd ? -1 : operation + 1 },
    title: `${step + 1}. ${steps[step].title}`,
    where: steps[step].function + "()"
      + (isEnd ? `, done${count ? ` after ${countText(count, "operation")}` : ""}`
        : `, operation ${operation + 1} of ${count}`),
    line: text, mark: isEnd ? null : operationRange(text),
    passes: tables.passes ?? null, text: steps[step].lines,
  };
}

/** Moves the slider.
 *  @param {number} at */
function moveTo(at) {
  const last = app.source === "log" ? app.logOperations.length : app.positions.length - 1;
  app.at = Math.min(Math.max(at, 0), last);
  if (app.trial) endTrial();
  show();
}

/** The first place of the next step, or of the one before.
 *  @param {number} by */
function moveStep(by) {
  if (app.source === "log") return moveTo(app.at + by * 10);
  const ends = app.positions.map((position, at) => ({ ...position, at })).filter((one) => one.operation < 0);
  const next = by > 0 ? ends.find((end) => end.at > app.at) : ends.findLast((end) => end.at < app.at);
  if (next) moveTo(next.at);
}

// MARK: Showing

function show() {
  if (!app.boot) return;
  byId("result").hidden = false;
  const now = moment();
  const tables = app.trial ? app.trial.tables : now.tables;
  const before = app.trial ? app.trial.before : now.before;
  showPicture(now, tables, before);
  showSlider(now);
  showTable("memory", tables.memory, before?.memory ?? null);
  showTable("reserved", tables.reserved, before?.reserved ?? null);
  showSearch(app.trial ? app.trial.passes : now.passes);
  showLists();
  showComparison(now);
  showTrial();
  rememberState();
}

/** @param {Moment} now
 *  @param {Tables} tables
 *  @param {Tables | null} before */
function showPicture(now, tables, before) {
  const { machine } = app.read;
  const rows = [firmwareRow(machine, lineText)];
  rows.push({
    name: "memory", height: 30,
    boxes: tableBoxes(tables.memory.regions, before?.memory.regions ?? null, "usable"),
  });
  rows.push({
    name: "reserved", height: 30,
    boxes: tableBoxes(tables.reserved.regions, before?.reserved.regions ?? null, "taken",
      (region) => historyLines(app.history, app.boot, region,
        app.source === "log" ? { step: now.step, count: -1 } : now.place)),
  });
  if (app.compared) {
    const other = app.compared.replay.steps[now.step] ?? app.compared.replay.steps.at(-1);
    rows.push({ name: "memory, other", height: 30, boxes: tableBoxes(other.memory.regions, tables.memory.regions, "usable") });
    rows.push({ name: "reserved, other", height: 30, boxes: tableBoxes(other.reserved.regions, tables.reserved.regions, "taken") });
  }
  rows.push(...nodeRows(tables), zoneRow(app.boot.replay.zoneLines));
  app.picture.mark = app.trial ? app.trial.mark : now.mark;
  app.picture.show(rows.filter((row) => row));
  const used = new Set(rows.filter((row) => row).flatMap((row) => row.boxes.map((box) => box.style)));
  const names = {
    usable: "usable", reserved: "reserved by firmware", acpiData: "ACPI data", acpiNVS: "ACPI NVS",
    unusable: "unusable", persistent: "persistent", softReserved: "soft reserved", other: "unknown",
    taken: "reserved in memblock",
  };
  byId("legend").replaceChildren(...Object.entries(names).filter(([style]) => used.has(style))
    .map(([style, name]) => {
      const item = element("li");
      item.innerHTML = `<svg width="22" height="14" aria-hidden="true"><rect class="box ${style}" width="22" height="14"/></svg>`;
      item.append(" " + name);
      return item;
    }), element("li", { class: "newkey" }, "outlined: new in this step"));
  const commandLine = app.boot.replay.commandLine;
  byId("machine").textContent = [
    app.recorded[app.recordedName]?.title ?? app.files.map((file) => file.name).join(", "),
    machine.kernelVersion ? `Linux ${machine.kernelVersion.split(" ")[0].replace(/^Linux version /, "")}` : "",
    sizeText(BigInt(app.boot.replay.steps.at(-1).memory.total)) + " of memory",
    commandLine ? `“${commandLine}”` : "no command line",
  ].filter((part) => part).join(" · ");
}

/** @param {Moment} now */
function showSlider(now) {
  const slider = byId("slider");
  const last = app.source === "log" ? app.logOperations.length : app.positions.length - 1;
  slider.max = String(last);
  slider.value = String(app.at);
  slider.setAttribute("aria-valuetext", `${now.title}; ${now.where}`);
  byId("step-title").textContent = now.title;
  byId("step-where").textContent = now.where;
  byId("step-line").textContent = now.line;
  byId("step-lines").replaceChildren(...now.text.map((line) => element("li", {}, line)));
  byId("step-lines-title").hidden = now.text.length === 0;
  byId("failure").textContent = app.boot.replay.failure ? `The boot ends early: ${app.boot.replay.failure}` : "";
  const ticks = app.source === "log" ? [] : app.positions.map((position, at) => ({ ...position, at }))
    .filter((position) => position.operation < 0);
  byId("ticks").replaceChildren(...ticks.map((tick) => {
    const button = element("button", {
      type: "button", title: app.boot.replay.steps[tick.step].title,
      "aria-label": `Step ${tick.step + 1}: ${app.boot.replay.steps[tick.step].title}`,
      "aria-current": tick.at === app.at ? "step" : null,
    }, String(tick.step + 1));
    button.addEventListener("click", () => attempt(() => moveTo(tick.at)));
    return button;
  }));
}

/** @param {"memory" | "reserved"} name
 *  @param {Table} table
 *  @param {Table | null} before */
function showTable(name, table, before) {
  byId(`${name}-title`).textContent =
    `${name}: ${sizeText(BigInt(table.total))} in ${countText(table.regions.length, "region")}`;
  const rows = table.regions.map((region) => {
    const isNew = before !== null && !hasRegion(before.regions, region);
    const row = element("tr", { class: isNew ? "new" : null },
      element("td", {}, isNew ? "new" : ""), element("td", { class: "range" }, rangeText(region)),
      element("td", { class: "number" }, sizeText(BigInt(region.size))),
      element("td", {}, region.node === undefined ? "" : `node ${region.node}`),
      element("td", {}, flagNames(region.flags)));
    row.addEventListener("click", () => {
      const found = app.picture.boxesAt(BigInt(region.start)).find(({ row: one }) => one.name === name);
      if (found) app.picture.select(found.box);
    });
    return row;
  });
  const gone = before === null ? [] : before.regions.filter((region) => !hasRegion(table.regions, region))
    .map((region) => element("tr", { class: "gone" }, element("td", {}, "gone"),
      element("td", { class: "range" }, rangeText(region)),
      element("td", { class: "number" }, sizeText(BigInt(region.size))),
      element("td", {}, region.node === undefined ? "" : `node ${region.node}`),
      element("td", {}, flagNames(region.flags))));
  byId(`${name}-rows`).replaceChildren(...rows, ...gone);
}

/** Which gaps an allocation tried.
 *  @param {Pass[] | null} passes */
function showSearch(passes) {
  byId("search-result").hidden = !passes;
  if (!passes) return;
  byId("passes").replaceChildren(...passes.map((pass) => {
    const gaps = pass.gaps.map((gap) => element("tr", { class: gap.reason === undefined ? "found" : null },
      element("td", { class: "range" }, rangeText(gap)),
      element("td", { class: "number" }, sizeText(rangeSize(gap))),
      element("td", {}, gap.reason ?? "memory is found here")));
    return element("div", {}, element("h3", {}, `Tried ${pass.title}`),
      gaps.length > 0
        ? element("table", {}, element("thead", {}, element("tr", {},
          ...["gap", "size", "outcome"].map((text) => element("th", { scope: "col" }, text)))),
        element("tbody", {}, ...gaps))
        : element("p", {}, "No gap at all."));
  }));
}

function showLists() {
  /** @type {Map<string, Finding[]>} */
  const groups = new Map();
  for (const finding of app.boot.findings) {
    groups.set(finding.title, [...(groups.get(finding.title) ?? []), finding]);
  }
  byId("findings-title").textContent = `What an engineer would point out (${app.boot.findings.length})`;
  byId("findings").replaceChildren(...[...groups].map(([title, findings]) => {
    const items = findings.map((finding) => element("li", {}, finding.text,
      ...finding.lines.map((line) => element("code", {}, `${app.files[line.file].name}:${line.line}: ${line.text}`))));
    return element("section", {}, element("h3", {}, title), element("ul", {}, ...items));
  }));
  const { replay } = app.boot;
  const cost = [
    ["page tables", sizeText(BigInt(replay.pageTableSize))],
    ["pages of 4 KiB, 2 MiB, 1 GiB", replay.pageCounts.join(", ")],
    ["page allocator's tables", sizeText(BigInt(replay.metadataSize))],
    ["left for the page allocator", sizeText(BigInt(replay.freedSize))],
  ];
  byId("cost").replaceChildren(...cost.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
  byId("zones").textContent = replay.zoneLines.join("\n");
  byId("buddy").textContent = replay.buddyLines.join("\n");
}

/** @param {Moment} now */
function showComparison(now) {
  byId("comparison").hidden = !app.compared;
  if (!app.compared) return;
  const step = Math.max(now.step, 0);
  const [left, right] = [app.boot, app.compared].map((boot) => boot.replay.steps[step] ?? boot.replay.steps.at(-1));
  byId("comparison-title").textContent = `After step ${step + 1}, ${left.title}: with “${app.boot.replay.commandLine}” `
    + `and with “${app.compared.replay.commandLine}”`;
  const parts = [];
  /** @type {[string, (step: Step) => string[]][]} */
  const compared = [
    ["memory", (one) => tableLines(one.memory)], ["reserved", (one) => tableLines(one.reserved)],
    ["printed", (one) => one.lines],
  ];
  for (const [title, lines] of compared) {
    const difference = lineDifference(lines(left), lines(right));
    const column = (/** @type {{text: string, differs: boolean}[]} */ side) => element("ul", { class: "lines" }, ...side.map((line) =>
      element("li", { class: line.differs ? "differs" : null }, line.text)));
    if (difference.left.length + difference.right.length === 0) continue;
    parts.push(element("h3", {}, title), column(difference.left), column(difference.right));
  }
  const sum = (/** @type {Boot} */ boot) => sizeText(BigInt(boot.replay.freedSize));
  parts.push(element("h3", {}, "left for the page allocator"),
    element("p", {}, sum(app.boot)), element("p", {}, sum(app.compared)));
  byId("columns").replaceChildren(...parts);
}

// MARK: Trying things


/** Runs all operations from the step's tables on.
 *  @param {Operation[]} operations */
function runTrial(operations) {
  const { place } = moment();
  let answer = app.engine.beginTrial(place.step, place.count);
  if (answer.error) throw new Error(answer.error);
  const start = answer;
  let before = answer;
  const results = [];
  for (const operation of operations) {
    before = answer;
    answer = app.engine.attempt(operation);
    results.push({
      operation,
      text: answer.error ?? (operation.kind === "allocate"
        ? answer.start && BigInt(answer.last) >= BigInt(answer.start)
          ? rangeText(/** @type {TextRange} */ (answer)) : "no bytes" : "done"),
      isError: answer.error !== undefined,
    });
  }
  const last = operations.at(-1);
  let mark = null;
  if (answer.start) mark = { start: BigInt(answer.start), last: BigInt(answer.last) };
  else if (last && last.kind !== "allocate") {
    mark = { start: BigInt(last.start), last: BigInt(last.start) + BigInt(last.size) - 1n };
  }
  app.trial = { operations, results, start, tables: answer, before, mark, passes: answer.passes ?? null, place: placeText() };
}

/** Where the slider is, in words. */
function placeText() {
  const now = moment();
  return app.source === "log" ? `${now.where} of the log`
    : `${now.place.count < 0 ? "" : `operation ${now.place.count} of `}step ${now.place.step + 1}`;
}

function endTrial() {
  app.trial = null;
  app.undone = [];
}

/** What the form says.
 *  @returns {Operation} */
function formOperation() {
  const kind = byId("kind").value;
  const text = (/** @type {string} */ id, /** @type {string} */ what) => shortHex(parseNumber(byId(id).value, what));
  const node = byId("node").value.trim() === "" ? -1 : Number(parseNumber(byId("node").value, "Node"));
  if (node > 1023) throw new Error(`Node: ${node} is not a node's number; they go from 0 to 1023.`);
  const operation = {
    kind, node, start: "0x0", size: text("size", "Size"), alignment: "0x0", minimum: "0x0",
    maximum: "0x0", exact: byId("exact").checked, bottomUp: byId("bottom-up").checked,
  };
  if (kind === "allocate") {
    operation.alignment = text("alignment", "Alignment");
    operation.minimum = text("minimum", "Lower bound");
    operation.maximum = text("maximum", "Upper bound");
    const alignment = BigInt(operation.alignment);
    if (alignment & (alignment - 1n)) throw new Error("Alignment: a power of two is wanted, such as 4096.");
    if (BigInt(operation.size) === 0n) throw new Error("Size: an allocation has at least one byte.");
  } else {
    operation.start = text("start", "Start");
    if (BigInt(operation.start) + BigInt(operation.size) >> 64n) {
      throw new Error("Size: the range goes beyond the end of the address space.");
    }
  }
  return operation;
}

/** An operation in words.
 *  @param {Operation} operation */
function operationText(operation) {
  if (operation.kind !== "allocate") {
    return `${operation.kind} ${operation.start} + ${sizeText(BigInt(operation.size))}`
      + (operation.kind === "add" && operation.node >= 0 ? ` node ${operation.node}` : "");
  }
  return `allocate ${sizeText(BigInt(operation.size))} at a multiple of ${operation.alignment}`
    + (operation.node >= 0 ? ` on node ${operation.node}${operation.exact ? " exactly" : ""}` : "")
    + (operation.bottomUp ? ", lowest first" : "");
}

function showTrial() {
  const isAllocation = byId("kind").value === "allocate";
  for (const [kind, isHidden] of /** @type {const} */ ([["allocation", !isAllocation], ["range", isAllocation]])) {
    /** @type {NodeListOf<HTMLElement>} */
    const fields = document.querySelectorAll(`.for-${kind}`);
    fields.forEach((one) => { one.hidden = isHidden; });
  }
  byId("node-field").hidden = !isAllocation && byId("kind").value !== "add";
  byId("undo").disabled = !app.trial || app.trial.operations.length === 0;
  byId("redo").disabled = app.undone.length === 0;
  byId("restart").disabled = !app.trial;
  byId("tried").replaceChildren(...(app.trial?.results ?? []).map((result) =>
    element("li", { class: result.isError ? "failed" : null }, `${operationText(result.operation)} → ${result.text}`)));
  byId("try-note").textContent = app.trial
    ? `On the tables after ${app.trial.place}. Moving the slider leaves the trial.`
    : "Operations run on the tables at the slider's place, by the kernel's own memblock.";
}

// MARK: State and exports

let remembering = 0;

/** Puts the state into the address, once nothing has changed for a moment. */
function rememberState() {
  clearTimeout(remembering);
  remembering = window.setTimeout(async () => {
    const fragment = await encodeState(currentState());
    if (fragment.length < longestLink) history.replaceState(null, "", fragment);
  }, 250);
}

/** All that is shown, as a link holds it. */
function currentState() {
  /** @type {State} */
  const state = {
    commandLine: app.commandLine, compare: app.comparedCommandLine, at: app.at, source: app.source,
    page: app.page, rules: app.rules, linear: app.picture.isLinear, view: app.picture.view,
    operations: app.trial?.operations ?? [], ...(app.recordedName ? { machine: app.recordedName } : {}),
  };
  if (!app.recordedName) {
    state.files = app.files.map((file) => ({ name: file.name, text: new TextDecoder().decode(file.bytes) }));
  }
  return state;
}

/** Shows what a link holds.
 *  @param {State} state */
async function restore(state) {
  app.page = state.page ?? 2;
  app.rules = state.rules ?? "";
  byId("page-size").value = String(app.page);
  if (state.machine !== undefined) {
    if (!app.recorded[state.machine]) throw new Error(`The link's machine “${state.machine}” is not in this page.`);
    await openRecorded(state.machine, state);
  } else {
    app.recordedName = "";
    await open(state.files.map((file) => ({ name: file.name, bytes: new TextEncoder().encode(file.text) })), state);
  }
  if (state.source === "log" && app.logOperations.length > 0) {
    app.source = "log";
    byId("source-log").checked = true;
  }
  if (state.compare !== null && state.compare !== undefined) compareWith(state.compare);
  app.at = state.at;
  if (state.operations.length > 0) runTrial(state.operations);
  byId(state.linear ? "linear" : "equal").checked = true;
  show();
  app.picture.setLinear(state.linear);
  app.picture.view = state.view;
  app.picture.draw();
}

/** @param {string} name
 *  @param {{commandLine?: string | null}} [state] */
async function openRecorded(name, state = {}) {
  const one = app.recorded[name];
  app.recordedName = name;
  byId("recorded").value = name;
  const commandLine = state.commandLine ?? one.commandLine ?? null;
  await open(one.files.map((file) => ({ name: file.name, bytes: new TextEncoder().encode(file.text) })),
    { commandLine });
}

/** Boots the machine with another command line too.
 *  @param {string} commandLine */
function compareWith(commandLine) {
  const engine = new Engine(app.module);
  engine.read(app.files);
  app.compared = engine.boot(commandLine, app.page, app.rules);
  app.comparedCommandLine = commandLine;
}

/** @param {string} name
 *  @param {BlobPart} content
 *  @param {string} type */
function save(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The styles that the picture needs, with the colours as they are now. */
function pictureStyles() {
  const now = getComputedStyle(document.documentElement);
  return byId("picture-styles").textContent.replaceAll(/var\((--[a-z0-9-]+)\)/g,
    (/** @type {string} */ _, /** @type {string} */ name) => now.getPropertyValue(name).trim());
}

/** @param {"svg" | "png"} kind */
async function exportPicture(kind) {
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--ground").trim();
  const text = app.picture.standalone(`svg{background:${ground}}` + pictureStyles());
  if (kind === "svg") return save("memory.svg", text, "image/svg+xml");
  const image = new Image();
  const address = "data:image/svg+xml;base64," + btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  await new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = () => reject(new Error("The browser could not draw the picture."));
    image.src = address;
  });
  const scale = 2;
  const canvas = element("canvas", { width: image.width * scale, height: image.height * scale });
  const context = canvas.getContext("2d");
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The picture is too large for a PNG.");
  save("memory.png", blob, "image/png");
}

const exports_ = {
  svg: () => exportPicture("svg"),
  png: () => exportPicture("png"),
  trace: () => {
    const now = moment();
    save("memory.trace", traceText(app.trial?.start ?? now.tables, app.trial?.operations ?? [],
      app.trial ? `after ${app.trial.place}, and what was tried` : now.title), "text/plain");
  },
  json: () => save("memory.json", JSON.stringify({
    machine: app.read.machine, replay: app.boot.replay,
    ...(app.trial ? { trial: { operations: app.trial.operations, tables: {
      memory: app.trial.tables.memory, reserved: app.trial.tables.reserved } } } : {}),
  }, null, 2) + "\n", "application/json"),
};

// MARK: Search and details

/** @param {Box} box */
function describe(box) {
  const range = { start: hexText(box.start), last: hexText(box.last) };
  byId("detail").replaceChildren(
    element("strong", {}, `${range.start}–${range.last}`), ` ${sizeText(box.last - box.start + 1n)}. `,
    ...box.lines.filter((line) => line).flatMap((line) => [line, element("br")]));
}

function searchAddress() {
  const address = parseNumber(byId("address").value, "Address");
  const found = app.picture.boxesAt(address);
  if (found.length === 0) {
    byId("detail").textContent = `${hexText(address)} is in no range that is known.`;
    return;
  }
  const best = found.find(({ row }) => row.name === "reserved") ?? found[0];
  app.picture.select(best.box);
  app.picture.reveal(best.box);
  byId("detail").replaceChildren(
    element("strong", {}, `${hexText(address)} is in: `),
    ...found.flatMap(({ row, box }) => [
      `${row.name}: ${shortHex(box.start)}–${shortHex(box.last)}, ${box.lines.filter((line) => line).join("; ")}`,
      element("br")]));
}

// MARK: The beginning

/** @param {string} id
 *  @param {string} event
 *  @param {(event: any) => any} action */
function on(id, event, action) {
  byId(id).addEventListener(event, (/** @type {any} */ details) => attempt(() => action(details)));
}

/** @param {Iterable<File>} list */
async function openFiles(list) {
  const files = [];
  for (const file of list) files.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
  if (files.length === 0) return;
  app.recordedName = "";
  byId("recorded").value = "";
  await open(files);
}

function connect() {
  const tip = byId("tip");
  app.picture = new Picture(byId("picture"), (box, x, y) => {
    tip.hidden = !box;
    if (!box) return;
    tip.replaceChildren(element("strong", {}, `${shortHex(box.start)}–${shortHex(box.last)}`),
      element("span", {}, sizeText(box.last - box.start + 1n)),
      ...box.lines.filter((line) => line).map((line) => element("span", {}, line)));
    const size = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - size.width - 4))}px`;
    tip.style.top = `${y + 18 + size.height > innerHeight ? y - size.height - 8 : y + 18}px`;
  }, describe, () => { if (app.boot) rememberState(); });

  on("recorded", "change", () => byId("recorded").value && openRecorded(byId("recorded").value));
  on("read", "click", async () => {
    const text = byId("log").value;
    if (text.trim() === "") throw new Error("Paste a boot log into the box first: what dmesg prints, for instance.");
    app.recordedName = "";
    byId("recorded").value = "";
    await open([{ name: "pasted log", bytes: new TextEncoder().encode(text) }]);
  });
  on("log", "paste", () => setTimeout(() => byId("read").click(), 0));
  on("file", "change", (event) => openFiles(event.target.files));
  addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dropping"); });
  addEventListener("dragleave", () => document.body.classList.remove("dropping"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    attempt(() => openFiles(event.dataTransfer.files));
  });

  on("equal", "change", () => { app.picture.setLinear(false); rememberState(); });
  on("linear", "change", () => { app.picture.setLinear(true); rememberState(); });
  on("zoom-in", "click", () => app.picture.zoom(1.6));
  on("zoom-out", "click", () => app.picture.zoom(1 / 1.6));
  on("fit", "click", () => app.picture.fit());
  on("search", "submit", (event) => { event.preventDefault(); searchAddress(); });

  on("slider", "input", () => moveTo(Number(byId("slider").value)));
  on("back", "click", () => moveTo(app.at - 1));
  on("forward", "click", () => moveTo(app.at + 1));
  on("step-back", "click", () => moveStep(-1));
  on("step-forward", "click", () => moveStep(1));
  on("play", "click", () => {
    const stop = () => {
      clearInterval(app.timer);
      app.timer = 0;
      byId("play").textContent = "Play";
    };
    if (app.timer) return stop();
    const last = Number(byId("slider").max);
    if (app.at >= last) moveTo(0);
    byId("play").textContent = "Stop";
    app.timer = window.setInterval(() => {
      if (app.at >= Number(byId("slider").max)) return stop();
      attempt(() => moveTo(app.at + 1));
    }, 500);
  });
  const chooseSource = (/** @type {"boot" | "log"} */ source) => {
    app.source = source;
    app.trial = null;
    app.at = source === "log" ? app.logOperations.length : app.positions.length - 1;
    moveTo(app.at);
  };
  on("source-boot", "change", () => chooseSource("boot"));
  on("source-log", "change", () => chooseSource("log"));

  on("machine-form", "submit", (event) => {
    event.preventDefault();
    app.commandLine = byId("command-line").value;
    app.page = Number(byId("page-size").value);
    app.rules = byId("rules").value;
    checkPageTables();
    const compared = app.comparedCommandLine;
    app.source = "boot";
    byId("source-boot").checked = true;
    bootMachine();
    if (compared !== null) compareWith(compared);
    show();
    tell(`Booted again with “${app.commandLine}”.`);
  });
  on("compare", "click", () => {
    compareWith(byId("other-command-line").value);
    show();
    tell(`Compared with “${app.comparedCommandLine}”: rows and columns named “other”.`);
  });
  on("end-compare", "click", () => {
    app.compared = null;
    app.comparedCommandLine = null;
    show();
  });

  on("kind", "change", showTrial);
  on("try-form", "submit", (event) => {
    event.preventDefault();
    const operation = formOperation();
    runTrial([...(app.trial?.operations ?? []), operation]);
    app.undone = [];
    show();
    const result = app.trial.results.at(-1);
    tell(`${operationText(operation)}: ${result.text}`, result.isError);
  });
  on("undo", "click", () => {
    const { operations } = app.trial;
    app.undone.push(operations.at(-1));
    runTrial(operations.slice(0, -1));
    show();
  });
  on("redo", "click", () => {
    runTrial([...(app.trial?.operations ?? []), app.undone.pop()]);
    show();
  });
  on("restart", "click", () => { endTrial(); show(); });

  for (const kind of /** @type {const} */ (["svg", "png", "trace", "json"])) on(`export-${kind}`, "click", () => exports_[kind]());
  on("link", "click", async () => {
    const fragment = await encodeState(currentState());
    if (fragment.length >= longestLink) {
      throw new Error(`The log is too long for a link (${fragment.length} characters). Send the log instead.`);
    }
    history.replaceState(null, "", fragment);
    try {
      await navigator.clipboard.writeText(location.href);
      tell("The link is on the clipboard. It holds all that you see, and no server is involved.");
    } catch {
      tell("The page's address now holds all that you see: copy it from the address bar.");
    }
  });
  on("theme", "click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
  });
  on("print", "click", () => print());
  addEventListener("hashchange", () => attempt(async () => {
    const state = await decodeState(location.hash);
    if (state) await restore(state);
  }));
}

/** With pages of 4 KiB a table of eight bytes a page has to fit into the browser's memory. */
function checkPageTables() {
  const ram = BigInt(app.boot.replay.steps.at(-1).memory.total);
  const bytes = (ram >> (app.page === 0 ? 12n : 21n)) * 8n;
  if (app.page < 2 && bytes > 1n << 30n) {
    throw new Error(`Pages of this size would take ${sizeText(bytes)} of tables, more than a browser has. `
      + "Choose a larger one, or use the tool: memblock replay --page 4K.");
  }
}

async function begin() {
  connect();
  const unpack = (/** @type {string} */ id) => decompress(fromBase64(byId(id).textContent.trim()));
  const [code, recorded] = await Promise.all([unpack("code"), unpack("recorded-data")]);
  try {
    app.module = await WebAssembly.compile(code);
  } catch (caught) {
    const error = /** @type {Error} */ (caught);
    throw new Error("This browser has no 64-bit WebAssembly, which the boot code is compiled to; "
      + `Chromium 133 and Firefox 134 have it. (${error.message})`);
  }
  app.recorded = JSON.parse(new TextDecoder().decode(recorded));
  const groups = new Map();
  for (const [name, one] of Object.entries(app.recorded)) {
    if (!groups.has(one.group)) groups.set(one.group, element("optgroup", { label: one.group }));
    groups.get(one.group).append(element("option", { value: name }, one.title));
  }
  byId("recorded").append(...groups.values());
  const given = byId("given-log")?.textContent.trim();
  const state = await decodeState(location.hash).catch((error) => {
    tell(`The link can't be read: ${error.message}. It may have been cut off.`, true);
    return null;
  });
  if (state) await restore(state);
  else if (given) {
    /** @type {{name: string, text: string}[]} */
    const files = JSON.parse(new TextDecoder().decode(fromBase64(given)));
    await open(files.map((file) => ({ name: file.name, bytes: new TextEncoder().encode(file.text) })));
  }
  document.documentElement.dataset.ready = "yes";
}

attempt(begin);
