/**
 * Runs a bundle as a browser would, and prints which of its files were loaded for it.
 *
 *   node bundle-process.mjs ENTRY_URL BASE_URL
 */
const [entry = "", baseURL = ""] = process.argv.slice(2);
/** @type {string[]} */
const loaded = [];
Object.assign(globalThis, { bundleLoaded: (/** @type {string} */ url) => loaded.push(url) });
// What is loaded only on Node doesn't count.
Reflect.deleteProperty(globalThis, "process");
const { program } = await import(entry);
const text = await program(baseURL);
console.log(JSON.stringify({ loaded, text }));
