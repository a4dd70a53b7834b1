/** Greetings, thanks and goodbyes, and questions about the assistant itself. */
import { assistant, type Dialogue, type Message, system, user } from "./dialogue.ts";
import { expand } from "./grammar.ts";
import type { Random } from "./random.ts";
import { firstNames } from "./vocabulary.ts";

type Exchange = readonly [asked: string, told: string];

const hellos: readonly Exchange[] = [
  [
    "(Hello|Hi|Hey|Good day|Hello there|Hi there)(!|.|)",
    "(Hello!|Hi!|Hello.) (How can I help you?|What can I do for you?|How can I help?)",
  ],
  ["Good (morning)(!|.|)", "Good morning! (How can I help you?|What can I do for you?)"],
  ["Good (evening)(!|.|)", "Good evening! (How can I help you?|What can I do for you?)"],
  ["Good (afternoon)(!|.|)", "Good afternoon! (How can I help you?|What can I do for you?)"],
  [
    "(Hello|Hi), (I am|I'm|my name is) {n}.",
    "(Hello|Hi), {n}! (How can I help you?|Nice to meet you.|What can I do for you?)",
  ],
  ["(Hello|Hi), is (anyone|anybody|somebody) there?", "(Yes, I am here.|Yes.) How can I help you?"],
  [
    "(Hello|Hi), can you help me?",
    "(Yes, gladly.|Of course.|Gladly.) (What would you like to know?|What is it about?)",
  ],
];

const middles: readonly Exchange[] = [
  [
    "How are you[ today]?",
    "(I am well, thank you.|I am fine, thank you.|Very well, thanks.) (And you?|How are you?|How can I help?)",
  ],
  [
    "(Who are you?|What are you?|What is your name?)",
    "I am (photon-nano, a small language model|a small language model called photon-nano|photon-nano, a small assistant).",
  ],
  [
    "(What can you do?|What do you know?|How can you help me?)",
    "I can (answer questions about a text|answer questions about a text or a list|look things up in a text) that you give me.",
  ],
  [
    "(Are you a person?|Are you human?|Am I talking to a person?)",
    "No, I am a (small language model|computer program).",
  ],
  [
    "(Are you a robot?|Are you a machine?|Are you a computer?)",
    "(Yes, I am a computer program.|I am a small language model.)",
  ],
  [
    "(How old are you?|When were you born?)",
    "I have no age. I am a (computer program|small language model).",
  ],
  [
    "(Where do you live?|Where are you?)",
    "I run on (your computer|a computer), (wherever that is|nowhere else).",
  ],
  ["(Can you hear me?|Are you there?)", "Yes, I (read what you write|am here)."],
  [
    "(I'm|I am) (fine|well|good|all right)[, thanks].",
    "(I am glad to hear that.|Good to hear.|That is good.) (How can I help you?|What can I do for you?)",
  ],
  [
    "(I'm|I am) (tired|sad|a bit low|not so well).",
    "I am sorry to hear that. (I hope you will feel better soon.|Can I help you with something?)",
  ],
  ["(I have|I've got) a question.", "(Please ask.|Go on, please.|What is your question?)"],
  [
    "(Can|May|Could) I ask you something?",
    "(Of course.|Yes, please do.|Please do.) (What would you like to know?|What is it?)",
  ],
  ["(Wait|One moment|Just a second)[, please].", "(Of course|No hurry|Take your time)."],
  ["(You are|You're) (nice|kind|very helpful|quick).", "(Thank you!|Thank you, that is kind.)"],
  ["(I'm|I am) {n}.", "(Nice to meet you, {n}.|Hello, {n}!) (How can I help?|What can I do for you?)"],
  ["What is my name? (I am|I'm) {n}.", "Your name is {n}."],
  [
    "(Yes|Yes, please|OK|All right).",
    "(Good.|Fine.|All right.) (What would you like to know?|How can I help?)",
  ],
  ["(No|No, that is all|Nothing else)[, thanks].", "(All right.|Good.) Have a (good|nice) day!"],
];

const ends: readonly Exchange[] = [
  [
    "(Thanks|Thank you|Thank you very much|Many thanks|Thanks a lot)(!|.|)",
    "(You are welcome!|You're welcome.|Gladly.|My pleasure.)",
  ],
  ["(Bye|Goodbye|See you|See you later)(!|.|)", "(Goodbye!|Bye!|Goodbye, and have a nice day!)"],
  ["(Good night)(!|.|)", "Good night! (Sleep well.|)"],
  ["(Thanks|Thank you), (bye|goodbye)(!|.)", "(You are welcome. Goodbye!|You're welcome. Bye!)"],
  ["(Have a nice day|Have a good day)(!|.)", "(Thank you, you too!|You too!)"],
  [
    "(That helped|That was helpful|Great|Perfect|Very good)[, thank you](!|.)",
    "(I am glad that I could help.|Glad to help.|I am glad.)",
  ],
];

const roles = [
  "You are a (friendly|helpful|polite|kind) assistant.",
  "You are photon-nano, a small assistant.",
  "You (help|answer) (people|guests|customers|visitors).",
  "Answer (shortly|politely|in one sentence|kindly).",
] as const;

/** Two to five exchanges, from hello to goodbye. */
export function greetings(random: Random): Dialogue {
  const slots = { n: random.pick(firstNames) };
  const chosen: Exchange[] = [];
  if (random.chance(0.75)) chosen.push(random.pick(hellos));
  chosen.push(...random.sample(middles, random.integer(chosen.length === 0 ? 1 : 0, 3)));
  if (random.chance(0.5)) chosen.push(random.pick(ends));

  const messages: Message[] = random.chance(0.3) ? [system(expand(random.pick(roles), random))] : [];
  for (const [asked, told] of chosen)
    messages.push(user(expand(asked, random, slots)), assistant(expand(told, random, slots)));
  return { messages };
}
