import { scanText } from "../../src/data/texts/scan-text.ts";

/** How fast texts of one kind are gone through. */
export interface ScanSpeed {
  readonly texts: string;
  readonly megabytesPerSecond: number;
  readonly matches: number;
}

const SENTENCES: readonly string[] = [
  "Hello, my broadband dropped again this morning and I would like to know when somebody can come and have a look.",
  "Thank you for calling. I can see that the line was tested on Tuesday, and that the technician found nothing wrong.",
  "Could you please restart the router and tell me which of its lights stay on after a minute or two?",
  "I did that twice already; the second light blinks, and the third one is off all the time.",
  "In that case I will send a new one to you today. It should arrive within three working days.",
  "Great, and what do I do with the old one? Do I have to send it back, or can I recycle it here?",
  "You may keep the power supply: everything else goes back in the box with the label that is inside it.",
  "What happens to my contract, though? The letter says that the price goes up by 4.50 a month from May 2025.",
];

const PERSONAL: readonly string[] = [
  "My number is +44 7911 843201, and the account is DE79 9407 4453 5789 6862 06.",
  "Please write to margaret.holloway@btinternet.com about order 112-4837261-9928374 of 2024-03-18.",
  "The session 550e8400-e29b-41d4-a716-446655440000 has password: not set, token: none, at 12:34:56.",
];

/** Texts as rows have them: a few hundred characters each. */
function textsOf(sentences: readonly string[], characters: number): string[] {
  const texts: string[] = [];
  for (let made = 0, index = 0; made < characters; index++) {
    const text = Array.from(
      { length: 2 + (index % 4) },
      (_, more) => sentences[(index * 5 + more * 3) % sentences.length],
    );
    texts.push(text.join(" "));
    made += texts.at(-1)?.length ?? 0;
  }
  return texts;
}

/** @param characters - how much text of each kind is scanned */
export function measureScanText(characters = 64e6): ScanSpeed[] {
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ["clean", SENTENCES],
    ["a third with personal data, ids and times", [...SENTENCES, ...PERSONAL, ...PERSONAL.slice(0, 1)]],
  ];
  return kinds.map(([name, sentences]) => {
    const texts = textsOf(sentences, Math.min(characters, 4e6));
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    for (const text of texts.slice(0, 2000)) scanText(text);
    let matches = 0;
    let done = 0;
    const begun = performance.now();
    for (; done < characters; done += length) {
      for (const text of texts) matches += scanText(text).length;
    }
    return { texts: name, megabytesPerSecond: done / 1e3 / (performance.now() - begun), matches };
  });
}
