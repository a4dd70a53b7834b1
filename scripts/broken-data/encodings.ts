import { bicycle, hail, line, truck } from "./rows.ts";

type Files = Readonly<Record<string, Uint8Array>>;

/** Text in encodings that aren't UTF-8, and UTF-8 that is wrong. */
export function encodedFiles(): Files {
  const umlauts = line("Ist Überspannung mitversichert?", "Ja, für Geräte im Haushalt.");
  const files: Record<string, Uint8Array> = {
    "latin1.jsonl": join(hail, latin1(umlauts), truck),
    // Of Windows-1252, “ ” and ’ are 0x93, 0x94 and 0x92.
    "windows-1252-quotes.jsonl": join(
      latin1(line("What is \u0093gross negligence\u0094?", "It\u0092s more than a slip.")),
      hail,
    ),
    "gbk.jsonl": join(
      // 谁付钱 and 我们付 in GBK.
      '{"messages":[{"role":"user","content":"',
      [0xcb, 0xad, 0xb8, 0xb6, 0xc7, 0xae],
      '"},{"role":"assistant","content":"',
      [0xce, 0xd2, 0xc3, 0xc7, 0xb8, 0xb6],
      '"}]}\n',
      hail,
    ),
    // 保険 and 証 in Shift JIS.
    "shift-jis.csv": join(
      "prompt,completion\nWho pays?,We do.\nWhat is ",
      [0x95, 0xdb, 0x8c, 0xaf],
      "?,Insurance.\nAnd the paper?,",
      [0x8f, 0xd8],
      "\n",
    ),
    "latin1.csv": join(
      "prompt;completion\r\n",
      latin1("Gilt das für Möbel?;Ja.\r\n"),
      "Seit wann?;Seit Mai.\r\n",
    ),
    "latin1-array.json": join("[", hail, ",", latin1(umlauts), "]"),
    "latin1-header.csv": join("prompt,completion,", latin1("Prüfer"), "\nWho pays?,We do.,anna\n"),
    "utf16le-powershell.jsonl": wide(`\ufeff${hail}${bicycle}`),
    "utf16be.jsonl": wide(`\ufeff${hail}`).swap16(),
    "utf16le-without-mark.jsonl": wide(`${hail}${bicycle}`),
    "utf16be-without-mark.csv": wide("prompt,completion\nWho pays?,We do.\n").swap16(),
    "utf16-spreadsheet.txt": wide("\ufeffprompt\tcompletion\r\nWho pays?\tWe do.\r\n"),
    "cut-in-character.jsonl": join(
      hail,
      Buffer.from(umlauts).subarray(0, Buffer.from(umlauts).indexOf(0xc3) + 1),
    ),
    // A slash in two bytes, as in attacks of long ago.
    "overlong-slash.jsonl": join(hail, '{"messages":[{"role":"user","content":"a', [0xc0, 0xaf], 'b"}]}\n'),
    // 😀 as Java and Oracle write it: each surrogate in three bytes.
    "cesu-8.jsonl": join(
      '{"messages":[{"role":"user","content":"Thanks ',
      [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
      '"},{"role":"assistant","content":"You are welcome."}]}\n',
      hail,
    ),
    "modified-nul.jsonl": join('{"messages":[{"role":"user","content":"a', [0xc0, 0x80], 'b"}]}\n', hail),
    "beyond-unicode.jsonl": join(
      hail,
      '{"messages":[{"role":"user","content":"',
      [0xf4, 0x90, 0x80, 0x80],
      '"}]}\n',
    ),
    "raw-nul.jsonl": join(hail, '{"messages":[{"role":"user","content":"Who pays', [0], '?"}]}\n', truck),
    "nul-block-at-end.jsonl": join(hail, bicycle, new Uint8Array(512)),
    "nul-only.jsonl": new Uint8Array(256),
    "raw-nul.csv": join("prompt,completion\nWho pays?,We", [0], "do.\nSince when?,Since May.\n"),
    "control-z.jsonl": join(hail, bicycle, [0x1a]),
    "mark-alone.jsonl": Buffer.from("\ufeff"),
  };
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`encodings/${name}`, bytes]));
}

const latin1 = (text: string) => Buffer.from(text, "latin1");
const wide = (text: string) => Buffer.from(text, "utf16le");

function join(...parts: readonly (string | undefined | readonly number[] | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part ?? []))),
  );
}
