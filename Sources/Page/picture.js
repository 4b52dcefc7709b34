// Physical memory as rows of boxes at the same addresses: SVG, drawn anew for what is in view.

const svgSpace = "http://www.w3.org/2000/svg";

/** Where addresses lie from left to right, from 0 to 1. */
class AddressScale {
  /** @param {{start: bigint, last: bigint}[]} ranges
   *  @param {boolean} isLinear */
  constructor(ranges, isLinear) {
    const all = new Set([0]);
    for (const range of ranges) {
      all.add(Number(range.start));
      all.add(Number(range.last + 1n));
    }
    this.borders = [...all].sort((a, b) => a - b);
    this.isLinear = isLinear;
    this.top = this.borders[this.borders.length - 1] || 1;
  }

  /** The place of an address.
   *  @param {number} address */
  place(address) {
    if (this.isLinear) return Math.min(address / this.top, 1);
    const count = this.borders.length - 1;
    const index = this.#indexBelow(address);
    if (index >= count) return 1;
    const [low, high] = [this.borders[index], this.borders[index + 1]];
    return (index + (address - low) / (high - low)) / count;
  }

  /** The address at a place.
   *  @param {number} place */
  address(place) {
    if (this.isLinear) return place * this.top;
    const count = this.borders.length - 1;
    const index = Math.min(Math.max(Math.floor(place * count), 0), count - 1);
    const [low, high] = [this.borders[index], this.borders[index + 1]];
    return low + (place * count - index) * (high - low);
  }

  /** @param {number} address */
  #indexBelow(address) {
    let [low, high] = [0, this.borders.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.borders[middle] <= address) low = middle; else high = middle - 1;
    }
    return low;
  }
}


class Picture {
  /** @param {SVGSVGElement} svg
   *  @param {(box: Box | null, x: number, y: number) => void} onHover
   *  @param {(box: Box) => void} onSelect
   *  @param {() => void} onMove */
  constructor(svg, onHover, onSelect, onMove) {
    this.svg = svg;
    this.onSelect = onSelect;
    this.onMove = onMove;
    /** @type {Row[]} */
    this.rows = [];
    /** The boxes that are drawn, by their numbers.
     *  @type {Box[]} */
    this.drawn = [];
    /** @type {AddressScale | null} */
    this.scale = null;
    /** @type {[number, number]} */
    this.view = [0, 1];
    this.isLinear = false;
    /** @type {Box | null} */
    this.selected = null;
    /** @type {NumberRange | null} */
    this.mark = null;
    /** @type {{x: number, view: [number, number], box: Box | null, moved: boolean} | null} */
    this.drag = null;
    this.left = 118;
    this.pending = false;
    svg.addEventListener("pointermove", (event) => {
      if (this.drag) return this.#dragTo(event);
      const box = this.#boxAt(event.target);
      onHover(box, event.clientX, event.clientY);
    });
    svg.addEventListener("pointerleave", () => onHover(null, 0, 0));
    svg.addEventListener("pointerdown", (event) => {
      this.drag = { x: event.clientX, view: this.view, box: this.#boxAt(event.target), moved: false };
      svg.setPointerCapture(event.pointerId);
      onHover(null, 0, 0);
    });
    svg.addEventListener("pointerup", () => {
      if (this.drag && !this.drag.moved && this.drag.box) this.select(this.drag.box);
      this.drag = null;
    });
    svg.addEventListener("pointercancel", () => { this.drag = null; });
    svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        this.pan(event.deltaX / this.#plotWidth());
      } else {
        this.zoom(Math.exp(-event.deltaY / 300), this.#placeAt(event.clientX));
      }
    }, { passive: false });
    svg.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.draw()).observe(svg.parentElement);
  }

  /** Shows rows; the view stays as it is.
   *  @param {Row[]} rows */
  show(rows) {
    this.rows = rows;
    this.scale = new AddressScale(rows.flatMap((row) => row.boxes), this.isLinear);
    if (this.selected) this.selected = this.#sameBox(this.selected);
    this.draw();
  }

  /** @param {boolean} isLinear */
  setLinear(isLinear) {
    const [from, to] = this.view.map((place) => this.scale ? this.scale.address(place) : 0);
    const isWhole = this.view[0] === 0 && this.view[1] === 1;
    this.isLinear = isLinear;
    this.scale = new AddressScale(this.rows.flatMap((row) => row.boxes), isLinear);
    if (!isWhole) this.#setView(this.scale.place(from), this.scale.place(to));
    this.draw();
  }

  /** Zooms around a place of the scale.
   *  @param {number} factor
   *  @param {number} [around] */
  zoom(factor, around = (this.view[0] + this.view[1]) / 2) {
    const [from, to] = this.view;
    this.#setView(around - (around - from) / factor, around + (to - around) / factor);
  }

  /** Moves the view by parts of its width.
   *  @param {number} parts */
  pan(parts) {
    const width = this.view[1] - this.view[0];
    const from = Math.min(Math.max(this.view[0] + parts * width, 0), 1 - width);
    this.#setView(from, from + width);
  }

  /** Shows all there is. */
  fit() { this.#setView(0, 1); }

  /** Shows a range in the middle third.
   *  @param {Box} box */
  reveal(box) {
    const from = this.scale.place(Number(box.start));
    const to = this.scale.place(Number(box.last + 1n));
    const width = Math.max(to - from, 1e-9);
    this.#setView(from - width, to + width);
  }

  /** Selects a range, and moves the view to it where it is out of it.
   *  @param {Box} box */
  select(box) {
    this.selected = box;
    const from = this.scale.place(Number(box.start));
    const to = this.scale.place(Number(box.last + 1n));
    if (to < this.view[0] || from > this.view[1]) {
      const width = this.view[1] - this.view[0];
      this.#setView((from + to - width) / 2, (from + to + width) / 2);
    }
    this.draw();
    this.onSelect(box);
  }

  /** The boxes that hold an address, by row.
   *  @param {bigint} address */
  boxesAt(address) {
    return this.rows.map((row) => ({
      row, box: row.boxes.find((box) => box.start <= address && address <= box.last),
    })).filter((found) => found.box);
  }

  /** Draws at the next frame. */
  draw() {
    if (this.pending || !this.scale) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.#drawNow();
    });
  }

  /** A copy of the drawing with its styles, which needs nothing else.
   *  @param {string} styles */
  standalone(styles) {
    this.#drawNow();
    const copy = /** @type {SVGSVGElement} */ (this.svg.cloneNode(true));
    copy.setAttribute("xmlns", svgSpace);
    for (const name of ["id", "tabindex", "role", "aria-label", "aria-describedby"]) {
      copy.removeAttribute(name);
    }
    const style = document.createElementNS(svgSpace, "style");
    style.textContent = styles;
    copy.prepend(style);
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(copy);
  }

  #drawNow() {
    const { svg, left } = this;
    const width = Math.max(svg.parentElement.clientWidth, 320);
    const plot = width - left - 12;
    const [from, to] = this.view;
    const x = (/** @type {number} */ place) => left + (place - from) / (to - from) * plot;
    /** @type {string[]} */
    const parts = [];
    this.drawn = [];
    let y = 8;
    this.rows.forEach((row) => {
      parts.push(`<text class="row" x="4" y="${y + row.height / 2 + 4}">${escapeText(row.name)}</text>`);
      parts.push(`<rect class="track" x="${left}" y="${y}" width="${plot}" height="${row.height}"/>`);
      this.#drawBoxes(row, y, x, plot, parts);
      y += row.height + (row.height > 16 ? 8 : 4);
    });
    if (this.mark) {
      const a = Math.max(x(this.scale.place(Number(this.mark.start))), left);
      const b = Math.min(x(this.scale.place(Number(this.mark.last + 1n))), left + plot);
      if (b >= left && a <= left + plot) {
        parts.push(`<rect class="mark" x="${a}" y="2" width="${Math.max(b - a, 2)}" height="${y - 2}"/>`);
      }
    }
    this.#drawAxis(y, x, plot, parts);
    const height = y + 30;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(height));
    const title = svg.querySelector("title")?.outerHTML ?? "";
    svg.innerHTML = title + patternDefinitions + parts.join("");
  }

  /** The boxes of a row that are in view; those too narrow to see are drawn as one.
   *  @param {Row} row
   *  @param {number} y
   *  @param {(place: number) => number} x
   *  @param {number} plot
   *  @param {string[]} parts */
  #drawBoxes(row, y, x, plot, parts) {
    const [left, right] = [this.left, this.left + plot];
    let drawnTo = -1;
    for (const box of row.boxes) {
      const start = x(this.scale.place(Number(box.start)));
      const end = x(this.scale.place(Number(box.last + 1n)));
      if (end < left || start > right) continue;
      const isChosen = box === this.selected;
      if (end - start < 0.5 && start < drawnTo && !isChosen && !box.isNew) continue;
      const a = Math.max(start, left);
      const width = Math.max(Math.min(end, right) - a, 1);
      drawnTo = a + width;
      const id = this.drawn.push(box) - 1;
      const classes = `box ${box.style}${box.isNew ? " new" : ""}${isChosen ? " chosen" : ""}`;
      parts.push(`<rect class="${classes}" data-box="${id}" x="${a.toFixed(2)}" y="${y}" `
        + `width="${width.toFixed(2)}" height="${row.height}"/>`);
      if (row.height > 16 && box.label.length * 6.6 + 8 < width) {
        parts.push(`<text class="label" x="${(a + 4).toFixed(2)}" y="${y + row.height / 2 + 4}">`
          + `${escapeText(box.label)}</text>`);
      }
    }
  }

  /** Addresses below the picture, as many as have room.
   *  @param {number} y
   *  @param {(place: number) => number} x
   *  @param {number} plot
   *  @param {string[]} parts */
  #drawAxis(y, x, plot, parts) {
    const places = this.scale.isLinear
      ? Array.from({ length: 9 }, (_, index) => this.view[0] + (this.view[1] - this.view[0]) * index / 8)
        .map((place) => this.scale.address(place))
      : this.scale.borders;
    let last = -1000;
    for (const address of places) {
      const at = x(this.scale.place(address));
      if (at < this.left - 0.5 || at > this.left + plot + 0.5) continue;
      const text = "0x" + Math.round(address).toString(16);
      const width = text.length * 6.2 + 12;
      if (at - last < width) continue;
      const anchor = at + width / 2 > this.left + plot ? "end" : at < this.left + 20 ? "start" : "middle";
      if (anchor === "end" && at - last < width * 1.5) continue;
      last = at;
      parts.push(`<line class="axis" x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${y}" y2="${y + 6}"/>`);
      parts.push(`<text class="address" text-anchor="${anchor}" x="${at.toFixed(1)}" y="${y + 19}">${text}</text>`);
    }
  }

  /** @param {number} from
   *  @param {number} to */
  #setView(from, to) {
    let width = Math.min(to - from, 1);
    const least = 1e-9;
    if (!(width > least)) width = least;
    from = Math.min(Math.max((from + to - width) / 2, 0), 1 - width);
    this.view = [from, from + width];
    this.draw();
    this.onMove();
  }

  /** @param {PointerEvent} event */
  #dragTo(event) {
    const moved = event.clientX - this.drag.x;
    if (Math.abs(moved) < 3 && !this.drag.moved) return;
    this.drag.moved = true;
    const width = this.drag.view[1] - this.drag.view[0];
    const from = Math.min(Math.max(this.drag.view[0] - moved / this.#plotWidth() * width, 0), 1 - width);
    this.#setView(from, from + width);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const actions = {
      "+": () => this.zoom(1.6), "=": () => this.zoom(1.6), "-": () => this.zoom(1 / 1.6),
      "0": () => this.fit(), Home: () => this.pan(-1e9), End: () => this.pan(1e9),
      Enter: () => this.selected && this.reveal(this.selected),
      ArrowLeft: () => event.shiftKey ? this.pan(-0.25) : this.#step(-1),
      ArrowRight: () => event.shiftKey ? this.pan(0.25) : this.#step(1),
      ArrowUp: () => this.#changeRow(-1), ArrowDown: () => this.#changeRow(1),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** Selects the range before or after in the row.
   *  @param {number} by */
  #step(by) {
    const row = this.#rowOfSelected() ?? this.rows.find((row) => row.boxes.length > 0);
    if (!row) return;
    const at = row.boxes.indexOf(this.selected);
    const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), row.boxes.length - 1);
    this.select(row.boxes[next]);
  }

  /** Selects in another row what lies nearest to where the selected range begins.
   *  @param {number} by */
  #changeRow(by) {
    const row = this.#rowOfSelected();
    if (!row) return this.#step(0);
    let at = this.rows.indexOf(row) + by;
    while (this.rows[at] && this.rows[at].boxes.length === 0) at += by;
    const other = this.rows[at];
    if (!other) return;
    const start = this.selected.start;
    this.select(other.boxes.find((box) => box.last >= start) ?? other.boxes[other.boxes.length - 1]);
  }

  #rowOfSelected() { return this.rows.find((row) => row.boxes.includes(this.selected)); }

  /** @param {Box} box */
  #sameBox(box) {
    return this.rows.flatMap((row) => row.boxes).find((other) =>
      other.start === box.start && other.last === box.last && other.style === box.style) ?? null;
  }

  /** @param {EventTarget | null} target */
  #boxAt(target) {
    const id = target instanceof Element ? target.getAttribute("data-box") : null;
    return id === null ? null : this.drawn[Number(id)];
  }

  #plotWidth() { return Math.max(this.svg.parentElement.clientWidth, 320) - this.left - 12; }

  /** @param {number} clientX */
  #placeAt(clientX) {
    const part = (clientX - this.svg.getBoundingClientRect().left - this.left) / this.#plotWidth();
    return this.view[0] + Math.min(Math.max(part, 0), 1) * (this.view[1] - this.view[0]);
  }
}

/** Text in XML.
 *  @param {string} text */
function escapeText(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What tells the uses apart beside colour. */
const patternDefinitions = (() => {
  const lines = {
    reserved: "M0 8L8 0M-2 2L2 -2M6 10L10 6", taken: "M0 0L8 8M-2 6L2 10M6 -2L10 2",
    acpiData: "M0 2H8M0 6H8", acpiNVS: "M2 0V8M6 0V8", unusable: "M0 0L8 8M0 8L8 0",
    persistent: "M0 4H8M4 0V8", softReserved: "M1 4H3M5 4H7", other: "M4 3V5",
  };
  const patterns = Object.entries(lines).map(([name, path]) =>
    `<pattern id="p-${name}" class="pattern ${name}" width="8" height="8" patternUnits="userSpaceOnUse">`
    + `<rect class="fill" width="8" height="8"/><path class="hatch" d="${path}"/></pattern>`);
  return `<defs>${patterns.join("")}</defs>`;
})();
