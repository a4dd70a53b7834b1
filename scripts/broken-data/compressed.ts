import { gzipSync } from "node:zlib";
import { zstdFrame } from "../../tests/data/reading/zstd-frames.ts";
import { bicycle, hail, renewal, truck } from "./rows.ts";

type Files = Readonly<Record<string, Uint8Array>>;

const text = Buffer.from(hail + bicycle + truck + renewal);

/** Compressed files that are cut, damaged, or not what their names say, and archives that aren't read. */
export function compressedFiles(): Files {
  const gzip = gzipSync(text);
  const zstd = zstdFrame([text.subarray(0, 150), text.subarray(150)]);
  const wrongSum = Buffer.from(gzip);
  wrongSum.writeUInt32LE(1, gzip.length - 8);
  const wrongLength = Buffer.from(gzip);
  wrongLength.writeUInt32LE(1, gzip.length - 4);
  const flipped = Buffer.from(gzip);
  flipped[Math.floor(gzip.length / 2)] = (flipped[Math.floor(gzip.length / 2)] ?? 0) ^ 0xff;
  const files: Files = {
    "cut.jsonl.gz": gzip.subarray(0, Math.floor(gzip.length / 2)),
    "cut-checksum.jsonl.gz": gzip.subarray(0, gzip.length - 4),
    "header-only.jsonl.gz": gzip.subarray(0, 10),
    "first-two-bytes.jsonl.gz": gzip.subarray(0, 2),
    "wrong-checksum.jsonl.gz": wrongSum,
    "wrong-length.jsonl.gz": wrongLength,
    "flipped-byte.jsonl.gz": flipped,
    "nothing.jsonl.gz": gzipSync(""),
    "plain-behind-gzip.jsonl.gz": Buffer.concat([gzipSync(Buffer.from(hail)), Buffer.from(bicycle)]),
    "joined.jsonl.gz": Buffer.concat([gzipSync(Buffer.from(hail)), gzipSync(Buffer.from(bicycle))]),
    "padded-with-zeros.jsonl.gz": Buffer.concat([gzip, new Uint8Array(100)]),
    "plain-in-fact.jsonl.gz": text,
    "gzip-in-fact.jsonl": gzip,
    "twice.jsonl.gz.gz": gzipSync(gzip),
    "broken-within.jsonl.gz": gzipSync(Buffer.from(`${hail}{"messages":[}\n${bicycle}`)),
    "text-mode-upload.jsonl.gz": Buffer.from(gzip.toString("latin1").replaceAll("\n", "\r\n"), "latin1"),
    "replaced-bytes.jsonl.gz": Buffer.from(gzip.toString("utf8")),
    "too-large.jsonl.gz": gzip,
    "cut.jsonl.zst": zstd.subarray(0, zstd.length - 40),
    "cut-header.jsonl.zst": zstd.subarray(0, 5),
    "huge-block.jsonl.zst": Buffer.concat([zstd.subarray(0, 6), Buffer.from([0xf9, 0xff, 0xff]), text]),
    "huge-window.jsonl.zst": zstdFrame([text], { windowLog: 31 }),
    "dictionary.jsonl.zst": Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 0x2a, ...zstd.subarray(6)]),
    "plain-behind-zstd.jsonl.zst": Buffer.concat([zstd, Buffer.from(bicycle)]),
    "broken-within.jsonl.zst": zstdFrame([Buffer.from(hail), Buffer.from("not a row\n")]),
    "claims.zip": Buffer.from(ZIP, "base64"),
    "claims.xlsx": Buffer.from(ZIP, "base64"),
    "renamed-workbook.csv": Buffer.from(ZIP, "base64"),
    "old-workbook.xls": Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      new Uint8Array(504),
    ]),
    "claims.jsonl.bz2": Buffer.from(BZIP2, "base64"),
    "claims.jsonl.xz": Buffer.from(XZ, "base64"),
    "claims.tar": tar("claims.jsonl", text),
    "claims.tar.gz": gzipSync(tar("claims.jsonl", text)),
    "report.pdf": Buffer.from(
      "%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
      "latin1",
    ),
    "claims.sqlite": Buffer.concat([Buffer.from("SQLite format 3\0"), new Uint8Array(84)]),
    "pickled.jsonl": Buffer.from(
      "\x80\x04\x95\x1f\0\0\0\0\0\0\0]\x94}\x94\x8c\x08messages\x94]\x94s\x61.",
      "latin1",
    ),
  };
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`compressed/${name}`, bytes]));
}

/** An archive of one file, as `tar` writes it. */
function tar(name: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0" + "0000000\0" + "0000000\0", 100);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("14544000000\0", 136);
  header.write("        0", 148);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, content, new Uint8Array(1536 - (content.length % 512))]);
}

// One row in a claims.jsonl, by zip -0, bzip2 and xz.
const ZIP =
  "UEsDBBQAAAAAAAAAIVgBdwA+XQAAAF0AAAAMAAAAY2xhaW1zLmpzb25seyJtZXNzYWdlcyI6W3sicm9sZSI6InVzZXIiLCJjb250ZW50IjoiV2hvIHBheXM/In0seyJyb2xlIjoiYXNzaXN0YW50IiwiY29udGVudCI6IldlIGRvLiJ9XX0KUEsBAhQDFAAAAAAAAAAhWAF3AD5dAAAAXQAAAAwAAAAAAAAAAAAAAIABAAAAAGNsYWltcy5qc29ubFBLBQYAAAAAAQABADoAAACHAAAAAAA=";
const BZIP2 =
  "QlpoOTFBWSZTWTPiQEwAACvbgAAQUAUAEICKLufeKiAAVDVPU8o0YRoGnqemoNEanqG1PSA0ZGl50tUxEWYpC5Qd3DNAhkYVIyT0xPWowC92oqaDVOAYVewo2z0BPFyOV3wQhBGa75D8XckU4UJAz4kBMA==";
const XZ =
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ABcAExdAD2IiaaUYNm9y2PPeI7cq7mTPoFkH2Fqbhbs7PPrDSbua3HOim/JoxD68Ohl5auY/xmmQruWpYYW4ZD4oQsam4zPzlUuWeH4zUUEAAAAhSNRrf5nq28AAWhdzXl4mB+2830BAAAAAARZWg==";
