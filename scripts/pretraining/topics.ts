/**
 * What rules can be about. A topic has several names and, where it is something that happens, several ways to tell
 * that it has happened; a passage uses one of them and a question often another, so that a model has to learn that
 * "a stolen bicycle" and "someone took my bike" are the same thing.
 */
import { expand, withArticle } from "./grammar.ts";
import type { Random } from "./random.ts";

/** `name()` is a noun phrase with its article; `told()` a clause in the past, for topics that happen. */
export interface Topic {
  /** Two topics with the same key must not meet in one passage. */
  readonly key: string;
  readonly kind: "incident" | "service";
  /** The name that a rule book would use, when `plain`, or any of the names. */
  name(random: Random, plain?: boolean): string;
  told(random: Random): string;
}

/** Things, each with its everyday names; the groups say what can befall them. */
const things: Readonly<Record<string, readonly string[]>> = {
  portable: [
    "bicycle|bike|pushbike",
    "laptop|computer|notebook",
    "phone|mobile phone|mobile|smartphone",
    "camera",
    "ring|wedding ring",
    "watch|wristwatch",
    "necklace|chain",
    "wallet|purse",
    "suitcase|case|bag",
    "backpack|rucksack",
    "coat|jacket",
    "violin|fiddle",
    "guitar",
    "tent",
    "pram|pushchair",
    "drill|power drill",
    "library book|borrowed book|book",
    "key|house key|door key",
    "ticket|train ticket",
    "passport",
    "bank card|credit card",
    "scooter|kick scooter",
    "pair of skis",
    "hearing aid",
    "pair of glasses|pair of spectacles",
    "tablet",
    "drone",
    "umbrella",
  ],
  building: [
    "window|window pane|pane of glass",
    "front door|door|house door",
    "roof",
    "chimney",
    "fence|garden fence",
    "shed|garden shed|hut",
    "garage",
    "wall|garden wall",
    "kitchen|cooker corner",
    "cellar|basement",
    "carpet|rug",
    "greenhouse|glasshouse",
    "balcony",
    "boiler|heating boiler",
    "washbasin|sink",
    "gate|garden gate",
    "stairway|staircase",
    "sofa|couch",
    "wooden floor|floor",
    "mirror",
  ],
  vehicle: [
    "car|vehicle|automobile",
    "van|delivery van",
    "motorcycle|motorbike",
    "caravan|camper",
    "boat|sailing boat",
    "trailer",
    "tractor",
    "lorry|truck",
    "rental car|hire car|hired car",
    "moped",
  ],
  appliance: [
    "fridge|refrigerator|icebox",
    "freezer|deep freezer",
    "washing machine|washer",
    "dishwasher",
    "television|TV|TV set",
    "oven|stove|cooker",
    "lamp|light",
    "heater|radiator",
    "printer",
    "router|internet box",
    "solar panel",
    "lift|elevator",
    "water pump|pump",
    "alarm|alarm system",
  ],
};

interface Happening {
  readonly key: string;
  readonly groups: readonly string[];
  /** As an adjective: "a stolen {o}". */
  readonly adjectives: readonly string[];
  /** Whole noun phrases with {o} for the bare thing and {a} for the thing with its article. */
  readonly phrases: readonly string[];
  /** Clauses with {o}; "my" is written out. */
  readonly clauses: readonly string[];
}

const happenings: readonly Happening[] = [
  {
    key: "stolen",
    groups: ["portable", "vehicle"],
    adjectives: ["stolen"],
    phrases: ["the theft of {a}", "{o} theft", "{a} that was taken by a thief"],
    clauses: [
      "my {o} (was|has been) (stolen|taken|nicked|pinched|swiped)",
      "(someone|somebody|a thief) (stole|took|nicked|pinched|made off with|ran off with) my {o}",
      "I was robbed of my {o}",
      "my {o} is gone, a thief has it",
    ],
  },
  {
    key: "lost",
    groups: ["portable"],
    adjectives: ["lost", "missing"],
    phrases: ["the loss of {a}", "{a} that cannot be found"],
    clauses: [
      "I (lost|have lost|mislaid|misplaced) my {o}",
      "I (can't|cannot) find my {o} [any more]",
      "my {o} (is missing|went missing|is nowhere to be found|has gone astray)",
      "I left my {o} (on the train|somewhere|on a bench)",
    ],
  },
  {
    key: "broken",
    groups: ["portable", "building", "appliance"],
    adjectives: ["broken", "damaged"],
    phrases: ["damage to {a}", "the breakage of {a}"],
    clauses: [
      "my {o} (broke|is broken|got broken|is damaged|is in pieces|went to pieces)",
      "(I|my son|my daughter|a friend|the cat) (broke|smashed|cracked|damaged|wrecked) my {o}",
      "there is a crack in my {o}",
    ],
  },
  {
    key: "burnt",
    groups: ["building", "vehicle"],
    adjectives: ["burnt", "burned"],
    phrases: ["a fire in {a}", "fire damage to {a}", "{a} on fire"],
    clauses: [
      "my {o} (burned down|caught fire|went up in flames|is burnt|was on fire)",
      "there was (a fire|a blaze) (in|at) my {o}",
    ],
  },
  {
    key: "flooded",
    groups: ["building", "vehicle"],
    adjectives: ["flooded", "soaked"],
    phrases: ["water damage to {a}", "water in {a}"],
    clauses: [
      "my {o} (was flooded|is under water|is full of water|stands in water|got soaked|is soaked|is wet through)",
      "water (came|ran|poured|got) into my {o}",
    ],
  },
  {
    key: "faulty",
    groups: ["appliance", "vehicle"],
    adjectives: ["faulty", "defective"],
    phrases: ["a fault in {a}", "the breakdown of {a}", "{a} that does not work"],
    clauses: [
      "my {o} (stopped working|does not work|broke down|is out of order|gave up|is dead|won't start|has packed up)",
      "something is wrong with my {o}",
    ],
  },
  {
    key: "scratched",
    groups: ["vehicle", "building"],
    adjectives: ["scratched"],
    phrases: ["scratches on {a}", "a scratch on {a}", "a dent in {a}"],
    clauses: [
      "(someone|somebody|a neighbour|a child) (scratched|dented|scraped|bumped into) my {o}",
      "there is (a scratch|a dent) (on|in) my {o}",
    ],
  },
];

/** Incidents that are no thing with a happening; names first, then clauses, told by a policyholder or a guest. */
const incidents: readonly (readonly [names: string, clauses: string])[] = [
  [
    "hail damage|damage by hail|a hailstorm",
    "hailstones hit my car|it hailed on my roof|we had hail last night",
  ],
  [
    "a burst pipe|a broken water pipe|a pipe burst",
    "a pipe burst in my flat|a water pipe broke|our pipe split open",
  ],
  [
    "storm damage|damage by wind|a gale",
    "the storm blew tiles off|the wind tore the roof off|a gale wrecked my hut",
  ],
  [
    "a lightning strike|damage by lightning",
    "lightning struck my house|lightning hit the aerial|a bolt hit our roof",
  ],
  ["a dog bite|an injury by a dog", "a dog bit me|my dog bit the postman|I was bitten by a dog"],
  [
    "a cancelled trip|the cancellation of a trip|a holiday called off",
    "I had to cancel my trip|I can't go on holiday|we had to call off our journey",
  ],
  [
    "delayed luggage|late luggage|baggage that arrives late",
    "my luggage came late|my bags did not arrive|the airline is late with my case",
  ],
  [
    "a missed connection|a missed train|a missed flight",
    "I missed my train|I missed my flight|we did not catch the connection",
  ],
  [
    "a delayed train|a late train|a train delay",
    "my train was late|the train was behind time|we were held up for hours",
  ],
  [
    "a power cut|a blackout|a loss of power",
    "the power went out|we had a blackout|the lights went out in the whole street",
  ],
  [
    "spoiled food|food that went bad",
    "my food went off|everything in the freezer thawed|the meat has gone bad",
  ],
  [
    "a fallen tree|a tree that falls over",
    "a tree fell on my garage|a tree came down in the garden|a branch broke off",
  ],
  [
    "vandalism|wilful damage|graffiti",
    "someone sprayed my wall|vandals wrecked the door|somebody smeared paint on my house",
  ],
  [
    "a break-in|a burglary|burglary",
    "burglars were in my flat|someone broke into my house|we had a break-in|my home was burgled",
  ],
  ["a robbery|a mugging", "I was mugged|I was robbed in the street|two men held me up"],
  [
    "a traffic accident|a car crash|a collision",
    "I had a crash|I bumped into another car|somebody ran into me|we had a collision",
  ],
  [
    "a broken windscreen|windscreen damage|stone chips",
    "a stone hit my windscreen|my windscreen is cracked|there is a chip in the front glass",
  ],
  ["a flat tyre|a puncture", "I have a flat tyre|my tyre is flat|I ran over a nail"],
  [
    "a breakdown on the road|roadside help|towing",
    "I broke down on the road|my car needs a tow|we are stuck by the road",
  ],
  ["a fall|an accident at home", "I fell down the stairs|I slipped in the bath|my mother tripped and fell"],
  [
    "a broken tooth|dental work|dental treatment",
    "I broke a tooth|I need a crown|a piece of my tooth came off",
  ],
  [
    "illness abroad|medical care abroad|treatment abroad",
    "I fell ill abroad|I got sick on holiday|I had to see a doctor on my trip",
  ],
  ["a hospital stay|time in hospital", "I am in hospital|I have to stay in hospital|I was taken to hospital"],
  ["an operation|surgery", "I need an operation|I have to have surgery|my knee must be operated on"],
  [
    "a sick pet|the treatment of a pet|an ill animal",
    "my cat is ill|my dog has to see a vet|our rabbit is sick",
  ],
  [
    "a legal dispute|a quarrel at law|a court case",
    "my neighbour is suing me|I have to go to court|I need a lawyer",
  ],
  [
    "identity theft|a hacked account|online fraud",
    "someone uses my name|my account was hacked|I was cheated online",
  ],
  [
    "damage to a neighbour's house|damage to other people's things|liability",
    "I broke my neighbour's vase|my ball went through a window next door|my son damaged a friend's car",
  ],
  [
    "damage in a rented flat|damage to a rented room",
    "I spoiled the floor of my rented flat|I chipped the basin in my flat|I made a hole in the landlord's door",
  ],
  [
    "frozen pipes|frost damage|damage by frost",
    "the pipes froze|frost split the tap|everything froze in the cellar",
  ],
  ["a landslide|an earth slip", "the hill slid down|mud came down on our yard|the slope gave way"],
  [
    "an earthquake|damage by an earthquake",
    "the earth shook|the quake cracked our walls|we had an earthquake",
  ],
  [
    "a heavy snow load|snow on the roof|damage by snow",
    "snow crushed the shed|the snow was too heavy for the roof|the carport broke under the snow",
  ],
  ["smoke damage|soot", "smoke blackened the walls|there is soot everywhere|my clothes smell of smoke"],
  ["mice and rats|damage by rodents", "mice ate the cables|rats are in the cellar|a marten chewed the wires"],
  [
    "a lost parcel|a missing parcel|a package that never came",
    "my parcel never came|my package is lost|the post lost my box",
  ],
  [
    "a damaged parcel|a broken delivery",
    "my parcel was crushed|the box came broken|what I ordered came in pieces",
  ],
  [
    "a wrong bill|a mistake in a bill|a billing error",
    "my bill is wrong|I was charged twice|they billed me too much",
  ],
  [
    "a noisy neighbour|noise at night",
    "my neighbour is too loud|there is noise all night|I can't sleep for the noise",
  ],
  ["a missed lesson|an absence", "I missed a lesson|I was away from class|my child could not come to school"],
  [
    "an overdue book|a late book|a book returned late",
    "I am late with my book|I forgot to bring the book back|my book is overdue",
  ],
  [
    "a late return|a return after closing time",
    "I brought it back late|I could not return it in time|I came after you had closed",
  ],
  ["a wrong size|a coat that does not fit", "the coat is too small|it does not fit|I bought the wrong size"],
  ["a death in the family|a funeral", "my father died|my aunt has passed away|we lost our grandmother"],
  ["the birth of a child|a new baby", "we had a baby|my daughter was born|our family has grown"],
  ["a move|a change of address|moving house", "I moved|I have a new address|we are moving to another town"],
  ["unemployment|the loss of a job", "I lost my job|I was laid off|I am out of work"],
  [
    "an allergic reaction|an allergy",
    "I am allergic to nuts|I came out in a rash|my son reacted to the soup",
  ],
];

/** Things one can sign up for, hire or buy, and how people call them. */
const services: readonly string[] = [
  "a library card|a reader's card",
  "a season ticket|a yearly pass|an annual ticket",
  "a day ticket|a one-day pass",
  "a parking permit|a permit to park",
  "a garden plot|an allotment|a bed in the garden",
  "a swimming course|swimming lessons",
  "a pottery class|a course in pottery",
  "a language course|language lessons",
  "a rowing boat|a boat",
  "a hired bicycle|a bike for hire",
  "a guided tour|a tour with a guide",
  "a locker|a cupboard with a lock",
  "a single room|a room for one",
  "a double room|a room for two",
  "a tent pitch|a place for a tent",
  "a membership|being a member",
  "a family membership|a membership for the family",
  "a tennis court|a court for tennis",
  "the sauna|the steam bath",
  "the workshop bench|a bench in the workshop",
  "the laser cutter",
  "the sewing machine",
  "the party room|the hall for parties",
  "the school trip|the class journey",
  "the holiday camp|the summer camp",
  "the choir|the singing group",
  "the chess evening|the chess club",
  "the first-aid course|a course in first aid",
  "the cooking class|the course in cooking",
  "the night bus",
  "the ferry|a crossing by ferry",
  "the museum|a visit to the museum",
  "the music room|the practice room",
  "piano lessons|lessons on the piano",
  "home delivery|delivery to the door",
  "gift wrapping|wrapping as a gift",
  "a travel policy|travel insurance|travel cover",
  "a home policy|household insurance|home cover",
  "a car policy|car insurance|motor insurance",
  "a pet policy|pet insurance|cover for animals",
  "a bicycle policy|bike insurance|cover for a bike",
  "a life policy|life insurance",
  "a phone contract|a mobile plan",
  "an internet line|a broadband line",
  "a savings account|an account for saving",
  "a repair|mending",
  "a haircut",
  "a dog licence|a licence for a dog",
  "a fishing licence|a permit for fishing",
  "a passport|a travel document",
  "a hall booking|hire of the hall",
  "the climbing wall|climbing",
  "the ice rink|skating",
  "a place in the kindergarten|a nursery place",
  "school lunch|a meal at school",
  "a seat reservation|a reserved seat",
  "a sleeping car|a bed on the night train",
  "a bulky-waste pickup|the collection of old furniture",
  "an eye test|a test of the eyes",
  "a flu shot|a vaccination",
];

function thingTopic(happening: Happening, thing: string): Topic {
  const names = thing.split("|");
  const first = names[0] ?? thing;
  return {
    key: `${happening.key} ${first}`,
    kind: "incident",
    name(random, plain = false) {
      const o = plain ? first : random.pick(names);
      const patterns = happening.adjectives.map((adjective) => withArticle(`${adjective} ${o}`));
      if (!plain) patterns.push(...happening.adjectives.map((adjective) => withArticle(`${adjective} ${o}`)));
      return expand(random.pick([...patterns, ...happening.phrases]), random, { o, a: withArticle(o) });
    },
    told: (random) => expand(random.pick(happening.clauses), random, { o: random.pick(names) }),
  };
}

function listedTopic(kind: Topic["kind"], names: readonly string[], clauses: readonly string[]): Topic {
  return {
    key: names[0] ?? "",
    kind,
    name: (random, plain = false) => (plain ? (names[0] ?? "") : random.pick(names)),
    told: (random) => random.pick(clauses),
  };
}

/** All topics: some 240 incidents and 60 services. */
export const topics: readonly Topic[] = [
  ...happenings.flatMap((happening) =>
    happening.groups.flatMap((group) => (things[group] ?? []).map((thing) => thingTopic(happening, thing))),
  ),
  ...incidents.map(([names, clauses]) => listedTopic("incident", names.split("|"), clauses.split("|"))),
  ...services.map((names) =>
    listedTopic("service", names.split("|"), [`I want ${names.split("|")[0] ?? ""}`]),
  ),
];
