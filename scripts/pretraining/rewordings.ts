/**
 * The same thing in other words: questions asked anew, and what everyday words for deadlines, sums and papers mean.
 */
import { aspects } from "./aspects.ts";
import { assistant, type Dialogue, type Message, user } from "./dialogue.ts";
import { aspectsOf, question, statement } from "./facts.ts";
import { capitalise, expand, joined } from "./grammar.ts";
import type { Random } from "./random.ts";
import { topics } from "./topics.ts";

/** Words that mean about the same; the first is the plainest. */
const synonyms: readonly string[] = [
  "deadline|cut-off|cut-off date|time limit|closing date|last day|final date|latest date",
  "limit|maximum|cap|ceiling|upper limit|most",
  "deductible|excess|own share|own part|co-payment",
  "documents|papers|paperwork|records|files",
  "proof|evidence|something that shows it",
  "report|announce|tell|notify|let know|inform|declare",
  "price|cost|fee|charge|rate",
  "discount|reduction|rebate|price cut|money off",
  "money|cash|sum|amount|payment|payout",
  "refund|repayment|money back|reimbursement",
  "pay back|refund|reimburse|give back",
  "hand in|submit|send in|provide|turn in|file",
  "at once|right away|immediately|straight away|without delay|promptly",
  "soon|quickly|fast|before long",
  "theft|stealing|robbery|burglary",
  "steal|take|nick|pinch|swipe",
  "broken|damaged|smashed|in pieces|cracked|wrecked",
  "fire|blaze|flames|burning",
  "flood|high water|inundation|water damage",
  "accident|crash|collision|mishap",
  "car|vehicle|automobile|motor",
  "bicycle|bike|pushbike|cycle",
  "phone|mobile|smartphone|cell phone",
  "computer|laptop|notebook|PC",
  "luggage|baggage|bags|suitcases",
  "trip|journey|travel|holiday|vacation",
  "doctor|physician|medic|GP",
  "vet|animal doctor",
  "dentist|tooth doctor",
  "ill|sick|unwell|poorly",
  "hospital|clinic|ward",
  "pet|animal|dog or cat",
  "house|home|dwelling|building",
  "flat|apartment|rooms",
  "cellar|basement",
  "garden|yard|green",
  "shed|hut|cabin",
  "jewellery|rings and chains|valuables|gems",
  "furniture|tables and chairs|household goods",
  "tradesman|plumber|craftsman|workman|repair man",
  "repair|mend|fix|put right",
  "contract|policy|agreement",
  "cancel|end|quit|terminate|stop|call off",
  "cover|insure|protect",
  "covered|insured|paid for|included",
  "excluded|not covered|left out|not included",
  "claim|demand|request for money",
  "premium|price of a policy|contribution",
  "wait|hold on|be patient",
  "waiting time|waiting period|delay",
  "contact|call|ring|phone|write to|get in touch with",
  "responsible|in charge|competent",
  "child|kid|boy or girl|son or daughter",
  "elderly|old|aged|senior",
  "renter|tenant|lodger",
  "owner|proprietor|landlord",
  "lawyer|attorney|solicitor|legal help",
  "court|trial|lawsuit",
  "storm|gale|strong wind|tempest",
  "hail|hailstones|balls of ice",
  "lightning|thunderbolt|flash",
  "glass|pane|window",
  "bill|invoice|statement of costs",
  "receipt|sales slip|till slip",
  "photo|picture|snapshot|image",
  "form|sheet|questionnaire",
  "witness|onlooker|bystander",
  "new for old|replacement value|price of a new one",
  "current value|present worth|value today",
  "per year|a year|annually|yearly|every twelve months",
  "per month|a month|monthly",
  "per day|a day|daily",
  "at most|no more than|up to|at the highest",
  "at least|no less than|as a minimum",
  "begin|start|commence",
  "extend|prolong|renew|lengthen",
  "abroad|in another country|overseas|outside the country",
  "neighbour|people next door",
  "valid|in force|good",
  "bonus|reward|extra",
  "penalty|fine|surcharge",
];

const meanings: readonly (readonly [string, string])[] = [
  ["a deadline", "the last day on which something can be done"],
  ["a cut-off", "the last moment at which something is accepted"],
  ["an excess", "the part of a loss that you pay yourself"],
  ["a deductible", "the part of a loss that you pay yourself"],
  ["a cap", "the highest sum that is paid"],
  ["a ceiling", "the highest sum that is paid"],
  ["a limit", "the highest sum that is paid"],
  ["a premium", "what you pay for a policy"],
  ["paperwork", "the documents that have to be sent in"],
  ["proof", "a paper that shows that something is true"],
  ["a waiting period", "the time before something begins to count"],
  ["an exclusion", "a case that is not covered"],
  ["a policy", "the contract with an insurance company"],
  ["a claim", "a request to be paid for a loss"],
  ["a receipt", "a slip that shows what you paid"],
  ["an estimate", "a paper that says what a repair will cost"],
  ["a refund", "money that you get back"],
  ["a notice period", "the time between giving notice and the end"],
  ["liability", "having to pay for harm done to others"],
  ["negligence", "not taking the care that one should"],
  ["vandalism", "breaking things on purpose"],
  ["a burglary", "breaking into a house to steal"],
  ["a tenant", "a person who rents a flat or a house"],
  ["a landlord", "a person who lets a flat or a house"],
  ["an heirloom", "a thing that has been in the family for long"],
  ["a courtesy car", "a car you may use while yours is mended"],
];

const wordAsks = [
  "What is another word for {w}?",
  "(Give me|Tell me) another word for {w}.",
  "How else can I say {w}?",
  "What (means|is) the same as {w}?",
  "Say {w} in another way.",
] as const;

const questionAsks = [
  "(Ask|Say|Put) this (in other words|another way|differently): {q}",
  "What is another way to ask this? {q}",
  "Reword this question: {q}",
  "{q} Please ask that in other words.",
] as const;

function wordTurn(random: Random): readonly [string, string] {
  if (random.chance(0.25)) {
    const [word, meaning] = random.pick(meanings);
    const asked = expand(
      "(What is {w}?|What's {w}?|What does {w} mean?|Explain {w}.|Tell me what {w} is.)",
      random,
      { w: word },
    );
    return [asked, capitalise(`${word} is ${meaning}.`)];
  }
  const words = random.pick(synonyms).split("|");
  const [asked = "", ...others] = random.sample(words, 4);
  const prompt = expand(random.pick(wordAsks), random, { w: `"${asked}"` });
  return [prompt, capitalise(`${joined(others, "or")}.`)];
}

function questionTurn(random: Random): readonly [string, string] {
  const topic = random.pick(topics);
  const fact = { topic, aspect: random.pick(aspectsOf(topic)), value: "" };
  const prompt = expand(random.pick(questionAsks), random, { q: "@" }).replace("@", question(fact, random));
  return [prompt, question(fact, random)];
}

/** What is asked about, told in one plain phrase: the aspect and the topic. */
function subjectTurn(random: Random): readonly [string, string] {
  const topic = random.pick(topics);
  const aspect = random.pick(aspectsOf(topic));
  const asked = question({ topic, aspect, value: "" }, random);
  const prompt = expand("(What is this question about?|What does this person want to know?) {q}", random, {
    q: "@",
  });
  const name = aspect.names[0] ?? aspect.key;
  return [prompt.replace("@", asked), capitalise(`${name}, for ${topic.name(random, true)}.`)];
}

/** A rule, to be told in other words. */
function ruleTurn(random: Random): readonly [string, string] {
  const topic = random.pick(topics);
  const aspect = random.pick(aspects.filter((one) => one.kinds.includes(topic.kind)));
  const fact = { topic, aspect, value: aspect.value(random) };
  const prompt = expand("(Say|Put|Tell me) this (in other words|another way): {q}", random, { q: "@" });
  return [
    prompt.replace("@", statement(fact, topic.name(random), random)),
    statement(fact, topic.name(random), random),
  ];
}

export function rewordings(random: Random): Dialogue {
  const messages: Message[] = [];
  const turn = random.pick([wordTurn, questionTurn, questionTurn, subjectTurn, ruleTurn]);
  for (let count = random.integer(1, 4); count > 0; count--) {
    const [asked, told] = turn(random);
    messages.push(user(asked), assistant(told));
  }
  return { messages };
}
