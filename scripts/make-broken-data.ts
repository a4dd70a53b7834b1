/**
 * Writes those of the broken files in tests/data/broken that no editor can: in other encodings, compressed, or Parquet.
 * Beside each folder's files, its expected.json says what is found in them.
 *
 *   npx tsx scripts/make-broken-data.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compressedFiles } from "./broken-data/compressed.ts";
import { encodedFiles } from "./broken-data/encodings.ts";
import { parquetFiles } from "./broken-data/parquet.ts";

const folder = join(import.meta.dirname, "../tests/data/broken");
const files = { ...encodedFiles(), ...compressedFiles(), ...parquetFiles() };
for (const [name, bytes] of Object.entries(files)) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
console.log(`${Object.keys(files).length} files written to tests/data/broken`);
