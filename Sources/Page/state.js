// The page's whole state in the fragment of its address, so that a link shows the same.

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text */
function fromBase64(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} bytes
 *  @param {CompressionStream | DecompressionStream} stream */
async function through(bytes, stream) {
  const result = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(result).arrayBuffer());
}

/** @param {Uint8Array} bytes */
function compress(bytes) { return through(bytes, new CompressionStream("gzip")); }

/** @param {Uint8Array} bytes */
function decompress(bytes) { return through(bytes, new DecompressionStream("gzip")); }

/** Longer links are cut off by mail programs and refused by servers. */
const longestLink = 64_000;

/** The fragment for a state.
 *  @param {object} state */
async function encodeState(state) {
  return "#1" + base64(await compress(new TextEncoder().encode(JSON.stringify(state))));
}

/** The state of a fragment; null for none. Throws where it is not one of this page's.
 *  @param {string} fragment */
async function decodeState(fragment) {
  if (fragment.length < 2) return null;
  if (!fragment.startsWith("#1")) throw new Error("the link's version is not known here");
  return JSON.parse(new TextDecoder().decode(await decompress(fromBase64(fragment.slice(2)))));
}
