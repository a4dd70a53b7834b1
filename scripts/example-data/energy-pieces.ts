/**
 * What customers write to an energy supplier. Wordings are patterns of scripts/pretraining/grammar.ts; {r} is a reading of the
 * meter, {m} the meter's number.
 */
export interface Matter {
  readonly queue: "billing" | "moving" | "reading" | "tariff" | "grid";
  /** Whether somebody may come to harm, so that a crew has to go there now. */
  readonly urgent: boolean;
  readonly wordings: readonly string[];
}

export const matters: readonly Matter[] = [
  {
    queue: "billing",
    urgent: false,
    wordings: [
      "(My|Our) (bill|invoice) for (March|May|October) (is|was) twice as high as (before|last year).",
      "You (took|charged) the (monthly|same) payment twice (this month|in June).",
      "(Where do I see|When do I get) my refund[ for last year]?",
      "I (never got|can't find) the (bill|invoice) for (April|July|last quarter).",
      "(Can|May) I pay (this|the) bill in (two|three) parts?",
      "The reminder says I owe you money, but I paid on (Monday|the third).",
      "My bank (account|card) is a new one. From where do you take the payment now?",
    ],
  },
  {
    queue: "moving",
    urgent: false,
    wordings: [
      "We (move|are moving) (out|to another flat) on the (first|fifteenth) of (May|June|September).",
      "I'm (moving in|taking over the flat) (next week|on Saturday). How do I (sign up|get power)?",
      "Please (end|close) my contract, I leave the flat (in June|at the end of the month).",
      "My (mother|uncle) has died and the house is empty. (Who ends|How do I end) the contract?",
      "The new (tenant|owner) takes the flat over (on Monday|from August). What do you need?",
      "I forgot to tell you: (we left|I moved out of) the old (house|flat) in (March|May).",
      "(My daughter|My son|A friend) gets the flat after me. Can the contract (stay|go on)?",
    ],
  },
  {
    queue: "reading",
    urgent: false,
    wordings: [
      "The (display|screen) (shows|says) {r}. (Is that enough|Do you need more)?",
      "(I send|Here is) my reading: {r}.",
      "(How|Where) do I (send in|enter) the (number|reading)?",
      "Nobody came to read it (yesterday|on Tuesday), and I (waited|took the day off).",
      "The (number|reading) that you (used|wrote down) must be an estimate. I have {r}.",
      "The little (wheel|display) (has stopped|is dark), so I can't read (it|anything).",
      "I wrote {r} by mistake. The right (number|reading) is {r}.",
    ],
  },
  {
    queue: "tariff",
    urgent: false,
    wordings: [
      "(Do you have|Is there) (green power|a night rate|a price for heat pumps)?",
      "(When|How) can I change to the (night|green|fixed) tariff?",
      "What would (a kilowatt hour|a month) cost with the (fixed|green) tariff?",
      "A neighbour pays (less|three cents less). Can I have (his|that) price?",
      "We bought an electric car. Which tariff (suits us|do you recommend)?",
      "My (fixed price|price guarantee) (ends|runs out) (in May|soon). What comes then?",
      "(Will|Does) the price per kilowatt hour go (up|down) (this winter|next year)?",
    ],
  },
  {
    queue: "grid",
    urgent: false,
    wordings: [
      "The street lamp (in front of|across from) our house is (dark|out) (since Sunday|again).",
      "The power went off for (a minute|a moment) (last night|at noon). (Was that you|What was it)?",
      "(Your letter|A notice) says the power goes off on (Thursday|the ninth). Until when?",
      "The lights (flicker|blink) a little when the (lift|washing machine) starts.",
      "After the outage (last week|on Monday) my (freezer|modem) was broken. Who pays?",
    ],
  },
  {
    queue: "grid",
    urgent: true,
    wordings: [
      "(It smells|There is a smell) of gas in (the hall|our cellar|the kitchen)!",
      "A cable came down (over the street|in the garden) and there are sparks.",
      "The (fuse box|socket) is (hot|smoking) and smells burnt.",
      "(No power|All is dark) in the whole (house|street), and my (mother|husband) needs a breathing machine.",
      "A digger hit the (cable|gas pipe) (outside|in front of the school).",
      "Water (runs|drips) into the fuse box!",
    ],
  },
];

export const greetings: readonly string[] = [
  "(Hello|Hi|Good morning|Good evening).",
  "(Dear team|To the service desk):",
  "(A question|Just a question):",
  "(Sorry to bother you|Me again).",
];

/** How customers say which meter is theirs. */
export const meterMentions: readonly string[] = [
  "(My|The) meter is {m}.",
  "(It is|This is about) meter {m}.",
  "({m} is my meter|{m} is on the meter).",
  "Meter (number |){m}.",
];

export const endings: readonly string[] = ["(Thanks|Thank you)!", "Please (call|write) back.", "Regards"];

export const names: readonly string[] =
  "Ada Holm|Bela Kiss|Carla Voss|Dario Neri|Edda Lang|Finn Moor|Gita Rao|Hugo Blanc|Ines Prat|Jon Aalto|Kaja Berg|Leo Stern|Mara Pohl|Nils Frey|Olga Brandt|Pablo Ruiz|Quirin Maas|Rita Saar|Sven Dahl|Tilda Wood|Uwe Kern|Vida Cole|Wim Bakker|Xara Lund|Yves Petit|Zita Nagy|Amir Aziz|Beth Hale|Cem Demir|Dora Weiss|Emre Koc|Fay Quist|Gus Mercer|Hana Sato|Ivan Petrov|Judit Toth|Kofi Mensah|Lina Haddad|Marek Nowak|Nora Quinn|Otto Grimm|Pia Vogel|Ravi Nair|Sara Lindt|Tom Archer|Ugo Conti|Vera Novak|Wes Harper|Yara Salem|Zeno Costa".split(
    "|",
  );
