import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { pairs } from "./rows.ts";

type Files = Readonly<Record<string, Uint8Array>>;
type Column = Parameters<typeof parquetWriteBuffer>[0]["columnData"][number];

/** Parquet files that are cut or damaged, or whose columns aren't what training needs. */
export function parquetFiles(): Files {
  const sound = parquet([
    strings(
      "prompt",
      pairs.map(({ prompt }) => prompt),
    ),
    strings(
      "completion",
      pairs.map(({ completion }) => completion),
    ),
  ]);
  const hugeFooter = Buffer.from(sound);
  hugeFooter.writeUInt32LE(0x7fffffff, sound.length - 8);
  const noFooter = Buffer.from(sound);
  noFooter.writeUInt32LE(0, sound.length - 8);
  const damaged = Buffer.from(sound);
  damaged.fill(0xff, 4, 40);
  const talk = (role: string) =>
    JSON.stringify([
      { role: "user", content: "Who pays?" },
      { role, content: "We do." },
    ]);
  const files: Files = {
    "cut-in-half.parquet": sound.subarray(0, Math.floor(sound.length / 2)),
    "cut-last-byte.parquet": sound.subarray(0, sound.length - 1),
    "magic-only.parquet": Buffer.from("PAR1"),
    "magic-twice.parquet": Buffer.from("PAR1PAR1"),
    "huge-footer.parquet": hugeFooter,
    "no-footer.parquet": noFooter,
    "damaged-page.parquet": damaged,
    "cut-in-half.parquet.gz": gzipSync(sound.subarray(0, Math.floor(sound.length / 2))),
    "parquet-in-fact.jsonl": sound,
    "line-feed-at-end.parquet": Buffer.concat([sound, Buffer.from("\n")]),
    "csv-in-fact.parquet": Buffer.from("prompt,completion\nWho pays?,We do.\n"),
    "null-completion.parquet": parquet([
      strings("prompt", ["Who pays?", "Since when?", "How much?"]),
      strings("completion", ["We do.", null, "All of it."]),
    ]),
    "number-completion.parquet": parquet([
      strings("prompt", ["How many?", "How much?"]),
      { name: "completion", data: [3, 12], type: "INT32" },
    ]),
    "unknown-columns.parquet": parquet([strings("question", ["Who pays?"]), strings("answer", ["We do."])]),
    "messages-as-text.parquet": parquet([
      strings("messages", [talk("assistant"), '[{"role": "user"', talk("narrator")]),
    ]),
    "column-twice.parquet": parquet([
      strings("prompt", ["Who pays?"]),
      strings("completion", ["We do."]),
      strings("prompt", ["Who else?"]),
    ]),
    "row-group-too-large.parquet": parquet([
      strings(
        "prompt",
        Array.from({ length: 300 }, (_, i) => `Question ${i}?`),
      ),
      strings(
        "completion",
        Array.from({ length: 300 }, (_, i) => `Answer ${i}.`),
      ),
    ]),
    "no-rows.parquet": parquet([strings("prompt", []), strings("completion", [])]),
  };
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`parquet/${name}`, bytes]));
}

function strings(name: string, data: (string | null)[]): Column {
  return { name, data, type: "STRING", nullable: true };
}

function parquet(columnData: Column[]): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 1000 }));
}
