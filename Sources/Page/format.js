// Numbers as people write and read them.

/** A size with its unit, a fraction cut off after a tenth, as the tool writes it.
 *  @param {bigint} bytes */
function sizeText(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let unit = 0;
  while (unit < 6 && bytes >> BigInt(10 * (unit + 1)) !== 0n) unit += 1;
  const shift = BigInt(10 * unit);
  const whole = bytes >> shift;
  const rest = bytes - (whole << shift);
  if (rest === 0n) return `${whole} ${units[unit]}`;
  return `${whole}.${((rest >> (shift - 10n)) * 10n) >> 10n} ${units[unit]}`;
}

/** An address in 16 digits.
 *  @param {bigint} number */
function hexText(number) { return "0x" + number.toString(16).padStart(16, "0"); }

/** An address in as many digits as it has.
 *  @param {bigint} number */
function shortHex(number) { return "0x" + number.toString(16); }

/** First and last byte.
 *  @param {{start: string, last: string}} range */
function rangeText(range) {
  return `${shortHex(BigInt(range.start))}–${shortHex(BigInt(range.last))}`;
}

/** The bytes of a range.
 *  @param {{start: string, last: string}} range */
function rangeSize(range) { return BigInt(range.last) - BigInt(range.start) + 1n; }

/** A number as the trace language takes it: decimal, 0x…, with K, M, G or T. Throws an error with
 *  a sentence for the user.
 *  @param {string} text
 *  @param {string} what */
function parseNumber(text, what) {
  const match = /^\s*(0x[0-9a-f]+|[0-9]+)\s*([KMGT])?(i?B)?\s*$/i.exec(text);
  if (!match) {
    throw new Error(`${what}: “${text.trim()}” is not a number. Write 4096, 0x1000, 4K, 2M or 1G.`);
  }
  const shift = match[2] ? 10n * BigInt("KMGT".indexOf(match[2].toUpperCase()) + 1) : 0n;
  const number = BigInt(match[1].toLowerCase()) << shift;
  if (number >> 64n) throw new Error(`${what}: “${text.trim()}” takes more than 64 bits.`);
  return number;
}

/** A number of things.
 *  @param {number} number
 *  @param {string} noun */
function countText(number, noun) { return `${number} ${noun}${number === 1 ? "" : "s"}`; }

/** What memblock's flags are called.
 *  @param {string} flags */
function flagNames(flags) {
  const names = ["hot-pluggable", "mirrored", "no-map", "driver-managed", "no-init", "kernel",
    "scratch", "huge page"];
  const bits = Number(flags);
  return names.filter((_, bit) => bits >> bit & 1).join(", ");
}

/** An element with attributes and children.
 *  @template {keyof HTMLElementTagNameMap} Name
 *  @param {Name} name
 *  @param {Record<string, any>} attributes
 *  @param {(Node | string)[]} children
 *  @returns {HTMLElementTagNameMap[Name]} */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
