/** What the sales records are made of: the rules of an invented seller of internet access, and what is said on its calls. */

export const priceList = [
  { product: "Fibre 100", monthly: 29 },
  { product: "Fibre 500", monthly: 47 },
  { product: "Office Line", monthly: 18 },
  { product: "Backup Link", monthly: 12 },
] as const;

export const accounts = (
  "Elm Street Bakery|Harrow Bikes|Dahl Dental|Pike and Sons|The Blue Door Cafe|Moreau Flowers|Northgate Gym|" +
  "Stone Print Shop|Lund Yoga|Ortiz Garage|The Corner Library|Vega Travel|Berg Opticians|Riverside Hostel|" +
  "Kovacs Shoes|Frost Ice Cream|Marsh Nursery|Clark Books|Rossi Pizza|Ivers Tailors|Seaton Surf School|" +
  "Quinn Accounting|Holt Hardware|Novak Music|The Tea Room|Wright Windows|Abbot Antiques|Cole Carpentry|" +
  "Drake Dance Studio|Ekman Electrics|Flint Fitness|Gray Gardens|Hart Hair|Jansen Jams|Kerr Kitchens|" +
  "Lowe Laundry|Mills Motors|Osborn Outdoor|Park Pharmacy|Reed Roofing|Sato Sushi|Thorne Toys|Vance Vets|" +
  "West Wool|York Yachts|Zimmer Rooms|Bloom Boutique|Crane Catering|Dunn Driving School|Ferris Films"
).split("|");

export const reps = ["Ines", "Kofi", "Tess", "Emil", "Priya", "Jonas", "Nadia", "Oscar"] as const;

/** How a call begins: with the words that the law asks for, or without them. */
export const openings = {
  recording: [
    "Hello, {r} of Ferrow. This call is recorded.",
    "Good morning, this is {r}. The call is being recorded.",
    "Hi, {r} from Ferrow. Our calls are recorded.",
    "Ferrow, {r} speaking. The line is recorded.",
    "This is {r}. For your safety this is recorded.",
    "{r} here. Please note that we are being recorded.",
  ],
  silent: [
    "Hello, {r} of Ferrow. How are you?",
    "Good morning, this is {r}. Have you got a minute?",
    "Hi, {r} from Ferrow. Thanks for your time.",
    "Ferrow, {r} speaking. You had asked us to ring.",
    "This is {r}. I hope that I don't disturb you.",
    "{r} here. Nice to hear you.",
  ],
} as const;

export const needs: Readonly<Record<(typeof priceList)[number]["product"], readonly string[]>> = {
  "Fibre 100": [
    "We need internet for two people and a till.",
    "Our line is slow, and we are a small shop.",
    "We just need something steady for e-mail and orders.",
    "It is only me and one computer here.",
    "We want normal internet, nothing big.",
  ],
  "Fibre 500": [
    "Twenty people are online here all day.",
    "We send large films and it takes for ever.",
    "Our guests all watch videos at the same time.",
    "We need a lot of speed for the whole house.",
    "Big files go out every hour.",
  ],
  "Office Line": [
    "We need a telephone number for the desk.",
    "Customers can't reach us by phone.",
    "We want to pass calls on to each other.",
    "The old telephone is dead.",
    "I want one number that rings on three desks.",
  ],
  "Backup Link": [
    "When the line fails, our till stands still.",
    "We had no internet for a day last month.",
    "We want a second line in case the first one breaks.",
    "A breakdown costs us a whole day's sales.",
    "What happens to us if the cable is cut?",
  ],
};

export const pitches = [
  "Then {p} is right for you, at {n} euros a month.",
  "I would take {p}. It costs {n} euros a month.",
  "{p} does that for {n} euros a month.",
  "Our {p} fits, and the price is {n} euros a month.",
  "For that we have {p}: {n} euros a month.",
] as const;

export type Objection = "price" | "timing" | "competitor" | "trust" | "none";

export const objections: Readonly<Record<Objection, readonly string[]>> = {
  price: [
    "That is too expensive for us.",
    "I can't pay that much.",
    "That is a lot of money each month.",
    "It costs more than we want to spend.",
    "The sum is above our budget.",
    "Is there nothing cheaper?",
    "We pay less now.",
  ],
  timing: [
    "We are in the middle of moving.",
    "This is a bad month for it.",
    "We can't do that before the summer is over.",
    "Our hands are full until the new year.",
    "It is too early for us.",
    "We have no time for a change now.",
    "Let us get through the season first.",
  ],
  competitor: [
    "Telora has made us an offer too.",
    "We are with Bluewire at present.",
    "My brother has the same from Telora.",
    "Bluewire says that they do it as well.",
    "I am comparing you with Telora.",
    "We have a contract with another firm.",
    "Another company was here last week.",
  ],
  trust: [
    "I have never heard of you.",
    "How do I know that it works?",
    "I have been let down before.",
    "Who else here uses it?",
    "I have read bad things about you.",
    "Can I believe that?",
    "That sounds too good to be true.",
  ],
  none: [
    "That sounds good.",
    "Fine, that is what we need.",
    "Very well.",
    "I like that.",
    "Good, that fits.",
    "Yes, that suits us.",
    "All right.",
  ],
};

/** What a rep answers to it. */
export const handled: Readonly<Record<Objection, readonly string[]>> = {
  price: ["It includes the box.", "Repairs are free.", "The first month is free."],
  timing: ["You choose the day.", "We can start later.", "It takes an hour."],
  competitor: ["We arrange the change.", "We come on the same day.", "Our people live here."],
  trust: ["Your neighbours use it.", "You can try it first.", "I can give you names."],
  none: ["I am glad.", "Good to hear.", "Very good."],
};

/** Claims that nobody at the seller may make. */
export const bannedClaims = [
  "never fails",
  "cheapest in the country",
  "guaranteed to double your sales",
  "required by law",
  "last chance today",
] as const;

export const bannedWordings: readonly string[] = [
  "It never fails.",
  "It is the cheapest in the country.",
  "It is guaranteed to double your sales.",
  "It is required by law.",
  "It is your last chance today.",
];

export type Stage = "won" | "offer" | "follow-up" | "lost";

export const endings: Readonly<Record<Stage, readonly string[]>> = {
  won: [
    "Good, I take it.",
    "Then let us do it.",
    "You can put me down for it.",
    "Yes, please sign us up.",
    "We have a deal.",
    "I agree, go ahead.",
  ],
  offer: [
    "Please send me that in writing.",
    "Put it in an e-mail, then I will look.",
    "I want to see an offer first.",
    "Can I have that on paper?",
    "Write it up for my partner.",
    "Send me the figures.",
  ],
  "follow-up": [
    "Ring me again next week.",
    "Try me again in a month.",
    "Call back when the boss is here.",
    "Let us talk again on Monday.",
    "Ask me again after the holidays.",
    "Phone me later, I have customers.",
  ],
  lost: [
    "No, thank you. We are not interested.",
    "No. Please do not call again.",
    "We will stay as we are.",
    "I do not want it.",
    "No, that is nothing for us.",
    "We have decided against it.",
  ],
};

/** Said before a close: with the right to cancel, or without it. */
export const closings = {
  cancel: [
    "You can cancel within 14 days.",
    "There are 14 days in which you may cancel.",
    "You may cancel in the first 14 days.",
    "Within 14 days you can step back from it.",
  ],
  silent: [
    "I will set that up for you.",
    "Let me see what I can do.",
    "I have it here in front of me.",
    "Shall I go on?",
  ],
} as const;
