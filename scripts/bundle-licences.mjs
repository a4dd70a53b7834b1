/** Writes the licences of all packages that are bundled into `dist` to `dist/LICENSES.txt`, as their terms ask for. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const bundles = readdirSync("dist").filter((name) => /\.c?js$/.test(name));
const packages = new Set(
  bundles.flatMap((name) =>
    // esbuild says in a comment where each module comes from.
    [
      ...readFileSync(`dist/${name}`, "utf8").matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm),
    ].map((match) => match[1] ?? ""),
  ),
);
const texts = [...packages].sort().map((name) => {
  const directory = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${directory}/package.json`, "utf8"));
  const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file && license !== "MIT") throw new Error(`${name} has no licence file.`);
  const text = file ? readFileSync(`${directory}/${file}`, "utf8").trim() : `Licence: ${license}`;
  return `${name} ${version}\n${"=".repeat(72)}\n${text}\n`;
});
if (texts.length === 0) throw new Error("No bundled package was found in dist.");
writeFileSync(
  "dist/LICENSES.txt",
  `Packages that are part of the files in this directory:\n\n${texts.join("\n")}`,
);
