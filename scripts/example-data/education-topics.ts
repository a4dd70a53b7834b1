/**
 * The lessons of the tutoring data: a problem with numbers drawn by lot, its steps, and for each usual mistake how
 * students tell of it and which hint fits. Wordings are patterns of scripts/pretraining/grammar.ts; {w} is the
 * student's wrong answer.
 */
import type { Random } from "../pretraining/random.ts";

export interface Mistake {
  readonly kind: string;
  readonly answer: string;
  readonly hintWords: readonly string[];
  readonly told: readonly string[];
  readonly hints: readonly string[];
}

export interface Problem {
  readonly problem: string;
  readonly answer: string;
  readonly steps: readonly string[];
  readonly mistakes: readonly Mistake[];
}

export interface Topic {
  readonly topic: string;
  readonly goal: string;
  readonly grades: readonly [number, number];
  readonly firstStep: readonly string[];
  readonly nudges: readonly string[];
  make(random: Random): Problem;
}

const names = "Mia|Noor|Ben|Aiko|Luis|Zara|Tom|Eva|Kofi|Lena|Sami|Ruth|Omar|Ida|Paul|Yara".split("|");
const things = "stamps|shells|marbles|cards|stickers|buttons|beads|coins|books|pencils|apples|bricks".split(
  "|",
);

export const topics: readonly Topic[] = [
  {
    topic: "adding",
    goal: "Lesson: adding tens and ones.",
    grades: [2, 4],
    firstStep: ["ones"],
    nudges: [
      "(Try it first.|Have a go.) (Add the ones|What do the ones make)(?| together.)",
      "(Start small:|First step:) (add up the ones.|what are the ones?)",
    ],
    make(random) {
      const [a, b] = [random.integer(2, 5), random.integer(2, 4)];
      const [x, y] = [random.integer(5, 9), random.integer(6, 9)];
      const [left, right] = [a * 10 + x, b * 10 + y];
      const [n, t] = [random.pick(names), random.pick(things)];
      return {
        problem: random.pick([
          `${n} has ${left} ${t} and gets ${right} more. How many now?`,
          `One box has ${left} ${t}, another has ${right}. How many in both?`,
          `${left} ${t} lie on the table and ${right} on the floor. How many in all?`,
        ]),
        answer: String(left + right),
        steps: [
          `${x} + ${y} = ${x + y}`,
          `${a * 10} + ${b * 10} = ${(a + b) * 10}`,
          `${(a + b) * 10} + ${x + y} = ${left + right}`,
        ],
        mistakes: [
          {
            kind: "forgot-carry",
            answer: String((a + b) * 10 + ((x + y) % 10)),
            hintWords: ["carry", "extra ten"],
            told: [
              "(I got|I have|My answer is) {w}. I added the ones and (just |)wrote the last digit.",
              "(Is it|It must be) {w}? I (wrote down|put) the ones and then added the tens.",
              "{w}(!|.) I did the ones column and (after that|then) the tens column.",
              "I think {w}. (The columns were easy|I added each column by itself).",
            ],
            hints: [
              "(Good start.|Close!) The ones make more than ten. (Did you carry|Where did you carry) it?",
              "(Almost.|Look again.) When the ones pass ten, carry (one|it) to the tens.",
              "(Nearly!|Hm.) (You forgot|Don't forget) the extra ten from the ones. Carry it.",
            ],
          },
          {
            kind: "took-away",
            answer: String(Math.abs(left - right)),
            hintWords: ["add", "plus"],
            told: [
              "(I got|I have) {w}. I took (one|the small number) away from the other.",
              "{w}, (because I subtracted|I subtracted them).",
              "(Is it|Maybe) {w}? I did (the big one minus the small one|minus).",
              "I looked for the difference and (got|found) {w}.",
            ],
            hints: [
              "(Read it again.|Look at the story.) Does it get more? Then add.",
              "(Hm.|Careful.) It is about all of them (together|in total), so we add.",
              "(Not minus|Minus makes less). Is it (plus|plus, when there are more)?",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "subtracting",
    goal: "Lesson: taking away tens and ones.",
    grades: [2, 4],
    firstStep: ["ones", "borrow"],
    nudges: [
      "(You first.|Try the start.) Look at the ones. (Can you take them away|Is the top one big enough)?",
      "(Begin with|Start with) the ones. (What do you see|What happens there)?",
    ],
    make(random) {
      const [a, b] = [random.integer(5, 9), random.integer(1, 3)];
      const [x, y] = [random.integer(1, 4), random.integer(5, 9)];
      const [left, right] = [a * 10 + x, b * 10 + y];
      const [n, t] = [random.pick(names), random.pick(things)];
      return {
        problem: random.pick([
          `${n} had ${left} ${t} and gave away ${right}. How many are left?`,
          `A shop had ${left} ${t} and sold ${right}. How many are left?`,
          `Of ${left} ${t}, ${right} got lost. How many are still there?`,
        ]),
        answer: String(left - right),
        steps: [`${left} - ${b * 10} = ${left - b * 10}`, `${left - b * 10} - ${y} = ${left - right}`],
        mistakes: [
          {
            kind: "small-from-big-digit",
            answer: String((a - b) * 10 + (y - x)),
            hintWords: ["borrow", "top"],
            told: [
              "(I got|I have) {w}. In the ones I took the smaller digit from the bigger one.",
              "{w}. I (always |)took the small digit from the large digit.",
              "(Is it|Could it be) {w}? I turned the ones around (so that it works|to make it fit).",
              "I swapped the digits of the ones and (found|got) {w}.",
            ],
            hints: [
              "(Don't turn them around.|Keep the order.) The top is too small, so borrow a ten.",
              "(Careful with the ones.|Close.) Borrow a ten for the top number.",
              "(Look at the top digit.|Hm.) It is too small. What can it borrow?",
            ],
          },
          {
            kind: "added",
            answer: String(left + right),
            hintWords: ["fewer", "take away"],
            told: [
              "(I got|I have) {w}. I put both numbers together.",
              "{w}, (I added them|because I added).",
              "(Is it|Maybe) {w}? I did (the sum of both|plus).",
              "I counted all of them and (got|found) {w}.",
            ],
            hints: [
              "(Read the story again.|Hm.) Are there more or fewer at the end?",
              "(Some get lost|Some are gone): take away.",
              "There must be fewer than before. (Which sign is that|Try again)?",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "times",
    goal: "Lesson: groups of the same size.",
    grades: [3, 5],
    firstStep: ["groups", "group"],
    nudges: [
      "(Draw it first.|Try a picture.) How many groups (are there|do you see)?",
      "(Your turn.|Think first.) How big is (one|each) group?",
    ],
    make(random) {
      const [a, b] = [random.integer(4, 9), random.integer(6, 9)];
      const [n, t] = [random.pick(names), random.pick(things)];
      return {
        problem: random.pick([
          `${n} fills ${a} bags with ${b} ${t} each. How many ${t}?`,
          `There are ${a} rows of ${b} ${t}. How many ${t} are there?`,
          `${a} children bring ${b} ${t} each. How many ${t} is that?`,
        ]),
        answer: String(a * b),
        steps: [`${a - 1} * ${b} = ${(a - 1) * b}`, `${(a - 1) * b} + ${b} = ${a * b}`],
        mistakes: [
          {
            kind: "added-factors",
            answer: String(a + b),
            hintWords: ["times", "each"],
            told: [
              "(I got|I have) {w}. I added the two numbers.",
              "{w}, (one number plus the other|I did plus).",
              "(Is it|Maybe) {w}? I put the two numbers together.",
              "I counted on from the first number and (got|found) {w}.",
            ],
            hints: [
              "(Plus counts each group once|Plus is too little here). Try times.",
              "(Look at the word each|Each one has that many). So is it plus or times?",
              "(Hm.|Not yet.) The same number comes again and again. That is times.",
            ],
          },
          {
            kind: "one-group-short",
            answer: String((a - 1) * b),
            hintWords: ["missing", "one more"],
            told: [
              "(I got|I have) {w}. I counted up in steps, but I may have lost count.",
              "{w}. I (skip counted|counted in jumps) on my fingers.",
              "(Is it|Maybe) {w}? I went up in jumps and stopped (somewhere|at the last finger).",
              "I said the row of numbers and (ended at|stopped at) {w}.",
            ],
            hints: [
              "(So close!|Good jumps.) One jump is missing. (Count again.|Which one?)",
              "(Nice row.|Nearly.) You need one more jump.",
              "(Count your jumps.|Good way.) I think one is missing.",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "fractions",
    goal: "Lesson: adding fractions.",
    grades: [4, 6],
    firstStep: ["bottom", "pieces"],
    nudges: [
      "(Have a look first.|Try.) Are the bottom numbers the same?",
      "(You can start.|First:) how big are the pieces?",
    ],
    make(random) {
      const d = random.pick([5, 7, 9, 11, 13]);
      const a = random.integer(1, Math.floor(d / 2) - 1 || 1);
      const b = random.integer(1, d - a - 1);
      const n = random.pick(names);
      const food = random.pick("pizza|cake|pie|melon|loaf|bar of chocolate".split("|"));
      return {
        problem: random.pick([
          `${n} eats ${a}/${d} of a ${food}, then ${b}/${d}. How much in all?`,
          `What is ${a}/${d} of a ${food} and ${b}/${d} of it together?`,
        ]),
        answer: `${a + b}/${d}`,
        steps: [`${a} + ${b} = ${a + b}`, `${a}/${d} + ${b}/${d} = ${a + b}/${d}`],
        mistakes: [
          {
            kind: "added-bottoms",
            answer: `${a + b}/${d + d}`,
            hintWords: ["bottom", "size of the pieces"],
            told: [
              "(I got|I have) {w}. I added the tops and the bottoms.",
              "{w}. (Top plus top, bottom plus bottom|I added all four numbers).",
              "(Is it|Maybe) {w}? I added above and below the line.",
              "I added both rows of the fractions and (got|found) {w}.",
            ],
            hints: [
              "(The top is fine.|Good top.) Does the bottom change?",
              "(Keep the bottom.|The bottom stays.) The pieces are as big as before.",
              "(Think of the pieces.|Hm.) The size of the pieces doesn't change.",
            ],
          },
          {
            kind: "multiplied-tops",
            answer: `${a * b}/${d}`,
            hintWords: ["together", "count the"],
            told: [
              "(I got|I have) {w}. I did times with the tops.",
              "{w}, (I multiplied the top numbers|top times top).",
              "(Is it|Maybe) {w}? I took the tops times each other.",
              "I multiplied above the line and (got|found) {w}.",
            ],
            hints: [
              "(Not times.|Hm.) Put the tops together: plus.",
              "(You eat one part, then more.|Look again.) Count the pieces together.",
              "(Times is too much.|Careful.) Count the pieces one by one.",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "rectangles",
    goal: "Lesson: the area of a rectangle.",
    grades: [4, 6],
    firstStep: ["length", "width"],
    nudges: [
      "(Make a sketch.|You first.) What are length and width?",
      "(Start with this:|First:) which number is the length?",
    ],
    make(random) {
      const [a, b] = [random.integer(7, 9), random.integer(3, 6)];
      const place = random.pick("garden|room|field|carpet|court|poster|yard|pond".split("|"));
      return {
        problem: random.pick([
          `A ${place} is ${a} m long and ${b} m wide. What is its area?`,
          `Find the area of a ${place} of ${a} m by ${b} m.`,
        ]),
        answer: String(a * b),
        steps: [`area = length times width`, `${a} * ${b} = ${a * b}`],
        mistakes: [
          {
            kind: "perimeter-for-area",
            answer: String(2 * (a + b)),
            hintWords: ["around", "inside"],
            told: [
              "(I got|I have) {w}. I went along all the sides.",
              "{w}. I added (up all four sides|the four sides).",
              "(Is it|Maybe) {w}? I walked round the edge.",
              "I measured the border and (got|found) {w}.",
            ],
            hints: [
              "(That is the way around.|You went around it.) How much is inside?",
              "(Nice, but that is around it.|Hm.) The area is what lies inside.",
              "(A fence goes around.|Think of tiles.) We want the inside.",
            ],
          },
          {
            kind: "added-two-sides",
            answer: String(a + b),
            hintWords: ["rows", "squares"],
            told: [
              "(I got|I have) {w}. I added the long side and the short side.",
              "{w}. (Long plus short|One side plus the other side).",
              "(Is it|Maybe) {w}? I put the two lengths end to end.",
              "I added length and width and (got|found) {w}.",
            ],
            hints: [
              "(Fill it with squares.|Draw it.) How many squares in one row?",
              "(Think of rows of tiles.|Not plus.) How many rows are there?",
              "(Cut it into squares.|Hm.) Then count the rows.",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "clock",
    goal: "Lesson: reckoning with time.",
    grades: [3, 5],
    firstStep: ["hour", "full hour"],
    nudges: [
      "(Look at a clock.|Try first.) How long until the full hour?",
      "(Take small steps.|You start.) Go to the next hour first.",
    ],
    make(random) {
      const [h, m] = [random.integer(1, 9), random.integer(7, 10) * 5];
      const length = random.integer(7, 10) * 5;
      const rest = m + length - 60;
      const what = random.pick("film|lesson|bus ride|match|concert|walk|story|swim".split("|"));
      const answer = `${h + 1}:${String(rest).padStart(2, "0")}`;
      return {
        problem: random.pick([
          `A ${what} starts at ${h}:${m} and lasts ${length} minutes. When is it over?`,
          `The ${what} begins at ${h}:${m}. It takes ${length} minutes. When does it end?`,
        ]),
        answer,
        steps: [`60 - ${m} = ${60 - m}`, `${length} - ${60 - m} = ${rest}`, `so it ends at ${answer}`],
        mistakes: [
          {
            kind: "hour-of-hundred",
            answer: `${h}:${m + length}`,
            hintWords: ["sixty"],
            told: [
              "(I got|I have) {w}. I added the minutes to the minutes.",
              "{w}. (I just added|I simply added) the minutes.",
              "(Is it|Maybe) {w}? The minutes went up and up.",
              "I kept the hour, added the minutes and (got|found) {w}.",
            ],
            hints: [
              "(Can a clock show that?|Look at the minutes.) An hour has sixty.",
              "(At sixty|After sixty) a new hour starts.",
              "(Hm.|So many minutes?) What happens at sixty?",
            ],
          },
          {
            kind: "went-back",
            answer: `${h - 1 || 12}:${String(Math.abs(60 + m - length) % 60).padStart(2, "0")}`,
            hintWords: ["later", "forward"],
            told: [
              "(I got|I have) {w}. I took the minutes off.",
              "{w}. I turned the clock back.",
              "(Is it|Maybe) {w}? I counted backwards from the start.",
              "I subtracted the minutes and (got|found) {w}.",
            ],
            hints: [
              "(Is the end before the start?|Hm.) The end comes later.",
              "(Turn the clock the other way.|Not back.) Go forward.",
              "(It begins, then it lasts.|Look again.) So we go forward in time.",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "discounts",
    goal: "Lesson: percent and prices.",
    grades: [6, 8],
    firstStep: ["ten percent", "one tenth"],
    nudges: [
      "(Try a small part first.|Start here:) what is ten percent of it?",
      "(You can do it.|First:) find one tenth of the price.",
    ],
    make(random) {
      const price = random.integer(4, 9) * 20;
      const percent = random.pick([20, 30, 40]);
      const off = (price * percent) / 100;
      const thing = random.pick("coat|lamp|bike helmet|tent|chair|pair of shoes|jacket|bag".split("|"));
      return {
        problem: random.pick([
          `A ${thing} costs ${price} euros. It is ${percent}% off. What is the new price?`,
          `There is a discount of ${percent}% on a ${thing} of ${price} euros. What do you pay?`,
        ]),
        answer: String(price - off),
        steps: [
          `${price} / 10 = ${price / 10}`,
          `${price / 10} * ${percent / 10} = ${off}`,
          `${price} - ${off} = ${price - off}`,
        ],
        mistakes: [
          {
            kind: "gave-discount",
            answer: String(off),
            hintWords: ["saved", "take it off"],
            told: [
              "(I got|I have) {w}. That is the percent part of the price.",
              "{w}. I worked out the discount.",
              "(Is it|Maybe) {w}? I found how much the percents are.",
              "I reckoned the part that is off and (got|found) {w}.",
            ],
            hints: [
              "(Good, that is what is saved.|That much is saved.) What is left to pay?",
              "(One step left:|Nearly:) take it off the old price.",
              "(Fine so far.|Good.) Now take it off.",
            ],
          },
          {
            kind: "percent-as-euros",
            answer: String(price - percent),
            hintWords: ["hundred"],
            told: [
              "(I got|I have) {w}. I took the percent number off the price.",
              "{w}. (Price minus percent|I did the price minus the percents).",
              "(Is it|Maybe) {w}? I subtracted that many euros.",
              "I treated the percents as euros and (got|found) {w}.",
            ],
            hints: [
              "(Percent isn't euros.|Careful.) It means out of a hundred.",
              "Percent (is a part|means a part) of a hundred. What part of the price is it?",
              "(That works only for a price of a hundred.|Think of a hundred euros.) And here?",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "average",
    goal: "Lesson: the mean of some numbers.",
    grades: [5, 7],
    firstStep: ["add up", "sum"],
    nudges: [
      "(You start.|Try.) Add up all the numbers first.",
      "(First step:|Begin like this:) what is the sum?",
    ],
    make(random) {
      const mean = random.integer(12, 29);
      const d = random.integer(1, 5);
      const values = [mean - d, mean + d + 1, mean - 1];
      const [n, t] = [random.pick(names), random.pick("points|goals|pages|laps|miles|votes".split("|"))];
      return {
        problem: random.pick([
          `${n} makes ${values.join(", ")} ${t} on three days. What is the mean?`,
          `Three teams have ${values.join(", ")} ${t}. What is the average?`,
        ]),
        answer: String(mean),
        steps: [`${values.join(" + ")} = ${mean * 3}`, `${mean * 3} / 3 = ${mean}`],
        mistakes: [
          {
            kind: "forgot-division",
            answer: String(mean * 3),
            hintWords: ["divide", "share"],
            told: [
              "(I got|I have) {w}. I added everything up.",
              "{w}. (That is all of them|It is the sum of all).",
              "(Is it|Maybe) {w}? I put them all together.",
              "I took the total and (got|found) {w}.",
            ],
            hints: [
              "(Good sum.|The total is right.) Now share it out.",
              "(Half done.|Nice.) What do you divide by?",
              "(The mean can't be so big.|Go on.) Divide the total.",
            ],
          },
          {
            kind: "took-middle",
            answer: String(mean - 1),
            hintWords: ["all of them", "every"],
            told: [
              "(I got|I have) {w}. I took the number in the middle.",
              "{w}. I sorted them and chose the middle one.",
              "(Is it|Maybe) {w}? It stands in the middle.",
              "I picked the middle number, which is {w}.",
            ],
            hints: [
              "(That is the median.|The middle isn't the mean.) The mean needs all of them.",
              "(Use every number.|Not just one.) Every one counts.",
              "(One number isn't enough.|Hm.) Use all of them.",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "order",
    goal: "Lesson: which sign comes first.",
    grades: [5, 7],
    firstStep: ["which sign", "first sign"],
    nudges: [
      "(Look at it.|Try.) Which sign is stronger?",
      "(Before you reckon:|You start:) which sign goes first?",
    ],
    make(random) {
      const [a, b, c] = [random.integer(3, 9), random.integer(3, 9), random.integer(3, 9)];
      return {
        problem: random.pick([
          `What is ${a} + ${b} * ${c}?`,
          `Work out ${a} + ${b} * ${c}.`,
          `Solve: ${a} + ${b} * ${c}`,
        ]),
        answer: String(a + b * c),
        steps: [`${b} * ${c} = ${b * c}`, `${a} + ${b * c} = ${a + b * c}`],
        mistakes: [
          {
            kind: "left-to-right",
            answer: String((a + b) * c),
            hintWords: ["times comes first", "times first"],
            told: [
              "(I got|I have) {w}. I went from left to right.",
              "{w}. (First plus, then times|I did the plus first).",
              "(Is it|Maybe) {w}? I read it like a sentence.",
              "I began with the plus and (got|found) {w}.",
            ],
            hints: [
              "(Left to right isn't the rule here.|Hm.) Times comes first.",
              "(Careful.|Signs have an order.) Do the times first.",
              "(Which is stronger?|Look at the signs.) Times comes first.",
            ],
          },
          {
            kind: "all-plus",
            answer: String(a + b + c),
            hintWords: ["star", "both signs"],
            told: [
              "(I got|I have) {w}. I added all three.",
              "{w}. (Plus and plus|I added everything).",
              "(Is it|Maybe) {w}? It is the sum of the three.",
              "I summed the three numbers and (got|found) {w}.",
            ],
            hints: [
              "(Look at|See|Compare) both signs. Are they the same?",
              "(One sign is a star.|See the star?) What does it mean?",
              "(There is a star in it.|Not all is plus.) What does the star do?",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "lengths",
    goal: "Lesson: metres and centimetres.",
    grades: [3, 5],
    firstStep: ["one metre"],
    nudges: [
      "(Take a ruler.|Think:) how long is one metre?",
      "(You first.|Start small:) what is one metre in centimetres?",
    ],
    make(random) {
      const m = random.integer(3, 9);
      const cm = random.integer(11, 89);
      const thing = random.pick("rope|plank|snake|curtain|ladder|pipe|scarf|table".split("|"));
      return {
        problem: random.pick([
          `A ${thing} is ${m} m and ${cm} cm long. How many cm?`,
          `How many cm are ${m} m and ${cm} cm of ${thing}?`,
        ]),
        answer: String(m * 100 + cm),
        steps: [`${m} * 100 = ${m * 100}`, `${m * 100} + ${cm} = ${m * 100 + cm}`],
        mistakes: [
          {
            kind: "times-ten",
            answer: String(m * 10 + cm),
            hintWords: ["hundred"],
            told: [
              "(I got|I have) {w}. I put a zero behind the metres.",
              "{w}. I took the metres times ten.",
              "(Is it|Maybe) {w}? A metre has ten, I think.",
              "I added one zero to the metres and (got|found) {w}.",
            ],
            hints: [
              "(One zero is too few.|Hm.) A metre has a hundred.",
              "(Ten are a decimetre.|Look at a ruler.) A metre is a hundred.",
              "(More than ten!|Not ten.) Is it a hundred?",
            ],
          },
          {
            kind: "ignored-metres",
            answer: String(m + cm),
            hintWords: ["same unit", "change the metres"],
            told: [
              "(I got|I have) {w}. I added the two numbers as they are.",
              "{w}. (Metres plus centimetres|I just put them together).",
              "(Is it|Maybe) {w}? I added what was written.",
              "I did the first number plus the second and (got|found) {w}.",
            ],
            hints: [
              "(Metres are longer.|Hm.) First change the metres.",
              "(You can add only what has the same unit.|They need the same unit.) What do you change?",
              "(Apples and pears!|Careful.) Bring them to the same unit.",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "plurals",
    goal: "Lesson: writing plurals.",
    grades: [3, 5],
    firstStep: ["last letter"],
    nudges: [
      "(Look at the word.|Try first.) What is its last letter?",
      "(You start.|Think of the rule.) See the last letter.",
    ],
    make(random) {
      const word = random.pick(
        "baby|city|lady|story|party|puppy|berry|pony|cherry|country|family|penny|diary|fairy|enemy|army".split(
          "|",
        ),
      );
      const stem = word.slice(0, -1);
      return {
        problem: random.pick([
          `What is the plural of "${word}"?`,
          `Write the plural: one ${word}, two ...`,
          `One ${word}, many ... Which word is missing?`,
        ]),
        answer: `${stem}ies`,
        steps: [`${word} ends in y after ${stem.slice(-1)}`, `y becomes ies: ${stem}ies`],
        mistakes: [
          {
            kind: "only-s",
            answer: `${word}s`,
            hintWords: ["y"],
            told: [
              "(I wrote|I have) {w}. I put an s at the end.",
              "{w}. (You just add s|An s makes it many).",
              "(Is it|Maybe) {w}? I added one letter.",
              "I hung an s on it: {w}.",
            ],
            hints: [
              "(An s is needed, yes.|Good s.) But what happens to the y?",
              "(Nearly.|Look at the end.) The y doesn't stay.",
              "(Think of one sky, two skies.|Hm.) The y changes.",
            ],
          },
          {
            kind: "dropped-letter",
            answer: `${stem}s`,
            hintWords: ["too short", "letters"],
            told: [
              "(I wrote|I have) {w}. I took the end off and put an s.",
              "{w}. (The y goes and an s comes|I swapped the end for an s).",
              "(Is it|Maybe) {w}? I cut it and added s.",
              "I left out the end: {w}.",
            ],
            hints: [
              "(Right, it goes.|Good idea.) But your word is too short.",
              "(Read it aloud.|Hm.) Some letters are missing.",
              "(You need three letters.|Almost.) Which letters come in its place?",
            ],
          },
        ],
      };
    },
  },
  {
    topic: "past tense",
    goal: "Lesson: verbs in the past.",
    grades: [4, 6],
    firstStep: ["regular"],
    nudges: [
      "(Try it.|Think first.) Is the verb regular?",
      "(You start.|Say it aloud.) Does it sound regular?",
    ],
    make(random) {
      const [verb, past, participle] = random
        .pick(
          "go went gone|eat ate eaten|take took taken|see saw seen|write wrote written|give gave given|fly flew flown|speak spoke spoken|drive drove driven|break broke broken|know knew known|wear wore worn|sing sang sung|swim swam swum".split(
            "|",
          ),
        )
        .split(" ") as [string, string, string];
      const n = random.pick(names);
      const regular = verb.endsWith("e") ? `${verb}d` : `${verb}ed`;
      return {
        problem: random.pick([
          `Yesterday ${n} (to ${verb}). Which form is right?`,
          `Write the past of "${verb}".`,
          `Last week they ... (${verb}). Fill the gap.`,
        ]),
        answer: past,
        steps: [`${verb} is irregular`, `${verb}, ${past}, ${participle}: the past is ${past}`],
        mistakes: [
          {
            kind: "made-regular",
            answer: regular,
            hintWords: ["irregular", "ed"],
            told: [
              "(I wrote|I have) {w}. The past gets ed.",
              "{w}. (I put ed at the end|I added the usual ending).",
              "(Is it|Maybe) {w}? As with walked and played.",
              "I made it like all the others: {w}.",
            ],
            hints: [
              "(That verb|This one) is irregular. Do you know the row?",
              "(No ed here.|It gets no ed.) The word changes inside.",
              "(It is irregular.|Listen:) It takes no ed.",
            ],
          },
          {
            kind: "participle-for-past",
            answer: participle,
            hintWords: ["have", "second form"],
            told: [
              "(I wrote|I have) {w}. It is the last of the three forms.",
              "{w}. (I took the third form|I know it from the third column).",
              "(Is it|Maybe) {w}? I remember it from the end of the row.",
              "I used the third word of the list: {w}.",
            ],
            hints: [
              "(That one comes with have.|Close.) We need the second form.",
              "(The row is right.|Good row.) Take the second form.",
              "(You use that|That goes) with have. And without?",
            ],
          },
        ],
      };
    },
  },
];

/** What students say who would rather not try. */
export const pleas: readonly string[] = [
  "(Just tell me|Can you tell me|Please tell me) the (answer|solution|result)[ please].",
  "(I don't want to think|I'm tired|This is boring). What is the answer?",
  "(What comes out|What is it|What do I write)? (I have no time.|Quick!|My mum is waiting.)",
  "(I have no idea|No clue|I can't do this). (Say it|Tell me).",
  "(How do I start|Where do I begin)?",
  "(I don't know what to do|I'm stuck already), and I haven't (written|tried) anything.",
];

/** What students say who have found it; {a} is the answer. */
export const found: readonly string[] = [
  "(Oh|Ah)! (Then it is|So it's|Now I have) {a}.",
  "(Now I get|I see, it's|Got it,) {a}(!|.)",
  "(Then|So) {a}? (Is that right?|Right?)",
  "(Wait|Okay), {a}(!|. Yes?)",
];

/** How the tutor confirms it. */
export const praises: readonly string[] = [
  "(Yes|Right), {a}(!|. Well done!|. You found it.)",
  "{a} is right. (Good work!|Well done!)",
  "(Just so|That's it), {a}(!|. Nicely done.)",
];

/** What students say who have tried a second time in vain; {w} is what they have now. */
export const stuckAgain: readonly string[] = [
  "(I still get|I get again|It's still) {w}. (Please show me.|I give up.|Help!)",
  "(I tried again|I did it over) and (don't see it|it's wrong). (Show me.|Please explain.)",
  "(I can't find it|That doesn't help me), (I tried twice|I've tried so hard). (Show me how.|Please explain.)",
];

/** How the tutor shows the steps; {s} are the steps, {a} the answer. */
export const solutions: readonly string[] = [
  "(Let's do it together|Look, step by step): {s}. The answer is {a}.",
  "(No problem|You tried well). {s}. So it is {a}.",
];
