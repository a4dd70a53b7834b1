/**
 * What people tell a companion of themselves, and how they come back to it. Wordings are patterns of
 * scripts/pretraining/grammar.ts; {v} is what is remembered, {n} the person, {p} the persona.
 */
export interface Matter {
  readonly about: string;
  readonly values: readonly string[];
  /** The memory as it is kept. */
  readonly memory: string;
  /** How the person tells it. */
  readonly told: readonly string[];
  /** How the companion takes it. */
  readonly taken: readonly string[];
  /** How the person comes back to it, and what the companion then says. */
  readonly recalled: readonly (readonly [asked: readonly string[], said: readonly string[]])[];
  /** How the person tells that it has changed; absent where it seldom does. */
  readonly changed?: readonly string[];
}

const list = (text: string) => text.split("|");

export const matters: readonly Matter[] = [
  {
    about: "dog",
    values: list("Biscuit|Pepper|Rufus|Waffle|Nelly|Bruno|Pickle"),
    memory: "The dog is called {v}.",
    told: ["I have a dog now(!|.) (His|Her) name is {v}.", "(Guess what|News): we got a puppy, {v}(!|.)"],
    taken: ["{v} is a lovely name for a dog.", "How nice! Give {v} a hug."],
    recalled: [
      [
        [
          "(What is my dog called|How is my dog called)?",
          "(Do you remember|Do you know) my dog's name?",
          "I forgot if I told you about my dog.",
        ],
        ["Your dog is called {v}.", "That is {v}, of course."],
      ],
      [
        [
          "(I'm taking|I take) the dog for a walk[ now].",
          "The dog (barks at everything|won't eat|is asleep on my feet).",
          "I have to (wash|brush) the dog.",
        ],
        ["Give {v} a pat.", "(Poor|Good old) {v}!", "Say hello to {v}."],
      ],
    ],
  },
  {
    about: "sister",
    values: list("Mira|Hanna|Sofia|Greta|Leila|Nina|Clara"),
    memory: "The sister is called {v}.",
    told: ["I have a sister. She is called {v}.", "My sister {v} (rang today|sent me a card)."],
    taken: ["{v} sounds nice.", "Tell me more of {v}."],
    recalled: [
      [
        [
          "(What is my sister called|What was my sister's name)?",
          "(Do you remember|Do you know) my sister's name?",
        ],
        ["Your sister is called {v}.", "Her name is {v}."],
      ],
      [
        [
          "(I'm seeing|I meet) my sister (tomorrow|on Sunday).",
          "My sister (is angry with me|has a new flat|rang again).",
          "I need a present for my sister.",
        ],
        ["Say hello to {v}.", "Be kind to {v}.", "What would {v} like?"],
      ],
    ],
  },
  {
    about: "job",
    values: list("nurse|baker|teacher|plumber|driver|gardener|painter"),
    memory: "Works as a {v}.",
    told: ["I work as a {v}.", "I'm a {v}(, you know|)."],
    taken: ["A {v}! (That is fine work.|Tell me about it.)", "So you are a {v}."],
    changed: ["I have a new job! I am a {v} now.", "I changed my work. Now I am a {v}."],
    recalled: [
      [
        ["(What is my job|What do I do for a living)?", "(Do you remember|Do you know) what I work as?"],
        ["You work as a {v}.", "You are a {v}."],
      ],
      [
        [
          "Work was (hard|long|awful) today.",
          "I'm (so tired after|back from) work.",
          "My boss wants me to work on Sunday.",
        ],
        ["A {v} needs rest too.", "The life of a {v} is hard.", "Every {v} needs a break."],
      ],
    ],
  },
  {
    about: "town",
    values: list("Bergen|Lisbon|Leeds|Vienna|Galway|Porto|Malmo"),
    memory: "Lives in {v}.",
    told: ["I live in {v}.", "My home is in {v}."],
    taken: ["{v} must be nice.", "How is life in {v}?"],
    changed: ["I have moved! I live in {v} now.", "We left the old flat. Now my home is in {v}."],
    recalled: [
      [
        ["(Where do I live|Which town do I live in)?", "(Do you remember|Do you know) where my home is?"],
        ["You live in {v}.", "Your home is in {v}."],
      ],
      [
        [
          "It (rains|snows) here (again|all day).",
          "My town is so (quiet|loud) tonight.",
          "What could I do in town (today|on Sunday)?",
        ],
        ["Go for a walk in {v}.", "I like to think of {v}.", "There is always something to see in {v}."],
      ],
    ],
  },
  {
    about: "drink",
    values: list("mint tea|cocoa|black coffee|lemonade|hot milk|apple juice|cider"),
    memory: "Likes to drink {v}.",
    told: ["I like {v} best.", "For me nothing beats {v}."],
    taken: ["I will remember: {v}.", "{v}, good choice!"],
    changed: ["I don't like that any more. Now I drink {v}.", "I have a new favourite drink: {v}."],
    recalled: [
      [
        [
          "(What is my favourite drink|What do I like to drink)?",
          "(Do you remember|Do you know) my favourite drink?",
        ],
        ["You like {v}.", "Your favourite is {v}."],
      ],
      [
        [
          "I'm (cold|thirsty) and want a drink.",
          "What (shall|should) I drink now?",
          "I need a (warm cup|break and a cup) of something.",
        ],
        ["Have some {v}.", "How about {v}?", "A cup of {v} will do you good."],
      ],
    ],
  },
  {
    about: "food to avoid",
    values: list("nuts|fish|eggs|wheat|shrimps|celery|soy"),
    memory: "Must not eat {v}.",
    told: ["I can't eat {v}. It makes me ill.", "Never give me {v}. I'm allergic."],
    taken: ["Good to know: no {v}.", "No {v}, I will remember."],
    recalled: [
      [
        [
          "(What must I not eat|Which food makes me ill)?",
          "(Do you remember|Do you know) what I'm allergic to?",
        ],
        ["You must not eat {v}.", "No {v} for you."],
      ],
      [
        [
          "A friend (cooks|is cooking) for me. What should I tell her?",
          "I'm in a restaurant. What do I have to (ask|look out for)?",
          "Can I eat (anything|everything) at the party?",
        ],
        ["Tell them: no {v}.", "Ask if there is {v} in it.", "Look out for {v}."],
      ],
    ],
  },
  {
    about: "instrument",
    values: list("violin|flute|drums|piano|cello|harp|trumpet"),
    memory: "Plays the {v}.",
    told: ["I play the {v}.", "I'm learning the {v}."],
    taken: ["I would love to hear the {v}.", "The {v}, how lovely!"],
    changed: [
      "I gave up my old instrument. Now I play the {v}.",
      "I have a new instrument: I play the {v} now.",
    ],
    recalled: [
      [
        ["(What do I play|Which instrument do I play)?", "(Do you remember|Do you know) my instrument?"],
        ["You play the {v}.", "It is the {v}."],
      ],
      [
        [
          "I had a music lesson[ today].",
          "I (have to|should) practise (now|more).",
          "There is a concert (tomorrow|on Friday) and I'm playing.",
        ],
        ["How is the {v} going?", "Enjoy the {v}!", "Play the {v} for me."],
      ],
    ],
  },
  {
    about: "exam",
    values: list("history|Latin|chemistry|law|biology|maths|Spanish"),
    memory: "Has an exam in {v}.",
    told: ["I have an exam in {v} soon.", "They test me in {v} next week."],
    taken: ["{v}! You can do it.", "I keep my fingers crossed for {v}."],
    changed: ["They moved it: my next exam is in {v}.", "That exam is over. The next one is in {v}."],
    recalled: [
      [
        ["(What is my exam in|Which exam do I have)?", "(Do you remember|Do you know) my exam?"],
        ["Your exam is in {v}.", "It is in {v}."],
      ],
      [
        [
          "I (have to|must) study (tonight|all day).",
          "I'm (nervous|afraid) about the exam.",
          "The test is (tomorrow|so close)!",
        ],
        ["Good luck with {v}!", "You know your {v}.", "One more hour of {v}, then rest."],
      ],
    ],
  },
  {
    about: "dish",
    values: list("lentil soup|apple pie|onion tart|bean stew|pancakes|mushroom curry|potato salad"),
    memory: "Cooks {v} best.",
    told: ["My best dish is {v}.", "Everybody loves my {v}."],
    taken: ["Your {v} must be good.", "I can almost smell the {v}."],
    recalled: [
      [
        ["(What do I cook best|What is my best dish)?", "(Do you remember|Do you know) my best dish?"],
        ["You cook {v} best.", "Your best dish is {v}."],
      ],
      [
        [
          "Guests come (tonight|on Sunday). What can I make?",
          "I'm hungry and in the kitchen.",
          "What (shall|should) I cook (today|for them)?",
        ],
        ["Make your {v}!", "How about your {v}?", "They will love your {v}."],
      ],
    ],
  },
  {
    about: "friend",
    values: list("Jonas|Ahmed|Felix|Marco|Oskar|Ravi|Simon"),
    memory: "The best friend is {v}.",
    told: ["My best friend is {v}.", "I've known {v} for years. He is my best friend."],
    taken: ["I'm glad that you have {v}.", "{v} sounds like a good friend."],
    recalled: [
      [
        [
          "(Who is my best friend|What is my best friend called)?",
          "(Do you remember|Do you know) my best friend?",
        ],
        ["Your best friend is {v}.", "That is {v}."],
      ],
      [
        [
          "I'm meeting my best friend[ later].",
          "I had a fight with my best friend.",
          "(Whom|Who) could I (call|ring) tonight?",
        ],
        ["Greet {v} from me.", "Talk to {v}.", "Call {v}."],
      ],
    ],
  },
];

export const personas: readonly { readonly name: string; readonly manner: string; readonly opens: string }[] =
  [
    { name: "Juno", manner: "warm and curious", opens: "(|Oh!|I know!)" },
    { name: "Otis", manner: "calm, few words", opens: "(||Hm.)" },
    { name: "Pia", manner: "cheerful", opens: "(|Hey!|Haha!)" },
  ];

export const persons = list(
  "Lena|Tobias|Aisha|Martin|Yuki|Carmen|David|Freya|Hassan|Ingrid|Jakob|Karin|Louis|Maren|Nadia|Owen|Petra|Quinn|Rosa|Stefan|Thea|Umar|Vera|Wanda|Xenia|Yannis|Zoe|Anton|Bella|Cyril|Dora|Elias|Fiona|Georg|Helga|Ivo|Jana|Kamal|Lydia|Moritz|Noah|Olga|Paolo|Renate|Silas|Tamar|Ulla|Vito|Wendy|Yara|Zeno|Alma|Benno|Cleo|Dirk|Erna|Finn|Gwen|Horst|Ines|Joel|Kira|Lothar|Mona|Nils|Orla|Philip|Rahel|Sven|Tilda|Urban|Valerie|Wim|Yves|Zita|Amos|Britta|Cosmo|Doris|Egon",
);

/** Talk in which nothing has to be recalled. */
export const smallTalk: readonly (readonly [asked: string, said: string])[] = [
  ["Good morning[, {p}](!|.)", "Good morning, {n}! (Did you sleep well?|How are you?)"],
  ["(Hello|Hi|Hey) {p}(!|.)", "Hello, {n}! (How was your day?|Good to see you.)"],
  ["(Good night|I go to bed now)[, {p}].", "(Sleep well|Good night), {n}."],
  ["I feel (sad|lonely|a bit down) (today|tonight).", "I'm here, {n}. (Tell me more.|What happened?)"],
  ["I'm (so happy|in a good mood) today!", "That makes me happy too, {n}. (What happened?|Tell me!)"],
  ["(Thank you|Thanks)[, {p}](!|.)", "(Always|Gladly), {n}."],
  ["(Are you a robot|Are you real|Who are you)?", "I'm {p}, (your companion|here for you), {n}."],
];
