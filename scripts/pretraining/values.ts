/**
 * Invented values for invented rules: durations, sums of money, documents, people, numbers. Each kind gives a text
 * that can be copied as it stands from a passage into an answer.
 */
import { expand, joined } from "./grammar.ts";
import type { Random } from "./random.ts";
import { firstNames, surnames } from "./vocabulary.ts";

const numberWords = [
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "twelve",
] as const;
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** "14 days", "three weeks", "48 hours". */
export function duration(random: Random): string {
  const unit = random.pick(["days", "days", "days", "weeks", "hours", "months", "working days"] as const);
  if (unit === "hours") return `${random.pick([6, 12, 24, 36, 48, 72, 96])} hours`;
  if (unit === "months")
    return random.chance(0.5) ? `${random.integer(2, 24)} months` : `${random.pick(numberWords)} months`;
  if (unit === "weeks")
    return random.chance(0.5) ? `${random.integer(2, 12)} weeks` : `${random.pick(numberWords)} weeks`;
  return random.chance(0.75) ? `${random.integer(2, 90)} ${unit}` : `${random.pick(numberWords)} ${unit}`;
}

/** "$500", "1,200 euros", "£45". */
export function money(random: Random): string {
  const amount = random.pick([
    random.integer(2, 99),
    random.integer(2, 99) * 10,
    random.integer(1, 95) * 100,
    random.integer(2, 60) * 250,
    random.integer(1, 90) * 1000,
  ]);
  const digits = amount.toString().replace(/(\d)(?=(\d{3})+$)/g, "$1,");
  const pattern = random.chance(0.5) ? "($|$|£|€){n}" : "{n} (dollars|euros|euros|pounds|crowns)";
  return expand(pattern, random, { n: digits });
}

/** "12 percent", "5%". */
export function percentage(random: Random): string {
  const number = random.chance(0.6) ? random.integer(1, 15) * 5 : random.integer(2, 60);
  return random.chance(0.7) ? `${number} percent` : `${number}%`;
}

/** "9 in the morning", "half past six", "17:30". */
export function clockTime(random: Random): string {
  return random.pick([
    `${random.integer(6, 21)}:${random.pick(["00", "15", "30", "45"])}`,
    `${random.integer(6, 11)} in the morning`,
    `${random.integer(2, 9)} in the afternoon`,
    `${random.integer(1, 12)} o'clock`,
    `half past ${random.pick(numberWords)}`,
    "noon",
  ]);
}

/** "Tuesday", "every second Friday". */
export function day(random: Random): string {
  return random.chance(0.8) ? random.pick(weekdays) : `the first ${random.pick(weekdays)} of the month`;
}

/** "14 March", "the end of May". */
export function date(random: Random): string {
  return random.pick([
    `${random.integer(1, 28)} ${random.pick(months)}`,
    `${random.integer(1, 28)} ${random.pick(months)}`,
    `the end of ${random.pick(months)}`,
    `the first of ${random.pick(months)}`,
  ]);
}

/** "16 years". */
export function age(random: Random): string {
  return `${random.integer(4, 25)} years`;
}

/** A name as one addresses a member of staff: "Mrs Hall", "Peter Lund". */
export function person(random: Random): string {
  return random.chance(0.5)
    ? `${random.pick(["Mr", "Mrs", "Ms", "Dr"])} ${random.pick(surnames)}`
    : `${random.pick(firstNames)} ${random.pick(surnames)}`;
}

const singleDocuments = [
  "the receipt",
  "the original receipt",
  "the invoice",
  "the purchase contract",
  "two photos",
  "three photos of the damage",
  "a police report",
  "the crime number",
  "a doctor's note",
  "a medical certificate",
  "a copy of the passport",
  "an identity card",
  "a signed form",
  "a repair estimate",
  "a cost estimate from a workshop",
  "a written report",
  "a witness statement",
  "a sketch of the scene",
  "the rental agreement",
  "the serial number",
  "the warranty card",
  "a bank statement",
  "proof of address",
  "a birth certificate",
  "a letter from the landlord",
  "the ticket",
  "the boarding pass",
  "the logbook",
  "the spare key",
  "a weather report",
  "an expert opinion",
  "the delivery note",
  "a school certificate",
  "a reference from the employer",
  "the membership card",
  "a filled-in questionnaire",
  "the dental plan",
  "a list of the lost things",
  "a passport photo",
  "a letter of consent",
] as const;

/** One to three documents: "the receipt and two photos", "form B7". */
export function documents(random: Random): string {
  const form = () => `form ${random.pick([..."ABCDEFGHKLMNRSTW"])}${random.integer(1, 49)}`;
  const count = random.pick([1, 1, 2, 2, 3]);
  const picked = random.sample<string>(singleDocuments, count);
  if (random.chance(0.2)) picked[0] = form();
  return joined(picked);
}

/** Somebody or something to turn to: "Mrs Hall", "the front desk", "0800 41 27", "help@elmfield.example". */
export function contact(random: Random): string {
  return random.pick([
    person(random),
    `the ${random.pick(["front desk", "service desk", "night desk", "head office", "customer office", "caretaker", "help line", "duty officer", "claims desk", "ticket office", "travel desk", "secretary", "emergency line"])}`,
    `0${random.integer(300, 990)} ${random.integer(10, 99)} ${random.integer(10, 99)}`,
    `${random.pick(["help", "desk", "office", "post", "service", "team"])}@${random.pick(["elmfield", "harrow", "linden", "northgate", "brook", "larkhill", "stonebridge"])}.example`,
  ]);
}

/** A place to be found at: "the second floor", "the red shed behind the hall". */
export function place(random: Random): string {
  return expand(
    "(the (ground|first|second|third|top) floor|room {n}|(the|the little|the old) (red|green|white|blue|grey) (door|shed|house|cabin|tent) (behind|beside|opposite|next to) the (hall|station|church|school|mill|bridge|canteen|fountain)|the (corner|north end|south end) of {street}|(counter|gate|desk|locker) {n})",
    random,
    {
      n: String(random.integer(1, 60)),
      street: random.pick([
        "Mill Lane",
        "Station Road",
        "Park Street",
        "Church Hill",
        "River Walk",
        "Market Square",
        "Queen Street",
      ]),
    },
  );
}

/** What must be done first: "switch off the water", "call the police". */
export const firstSteps = [
  "call the police",
  "call the fire brigade",
  "call an ambulance",
  "call a locksmith",
  "call a plumber",
  "call an electrician",
  "turn off the water",
  "switch off the power",
  "close the main valve",
  "leave the building",
  "move everything to a dry room",
  "cover the hole with a sheet",
  "take photos of everything",
  "block the card",
  "change the locks",
  "write down the names of witnesses",
  "stop and secure the spot",
  "see a doctor",
  "see a vet",
  "keep the broken parts",
  "keep the packaging",
  "ask the carrier for a report",
  "tell the landlord",
  "tell the hotel in writing",
  "open all the windows",
  "dry the floor",
  "clear the gutter",
  "pump the water out",
  "lock the account",
  "ring the bell at the gate",
] as const;

/** When a rule does not hold, as an ending of a sentence: "if the door was left open". */
export const exclusions = [
  "if the door was left open",
  "if the window was not closed",
  "if it was left outside overnight",
  "if it was not locked",
  "if the key was in it",
  "if the damage was done on purpose",
  "if it is older than ten years",
  "if nobody lived there for sixty days",
  "if the driver had been drinking",
  "if the driver had no licence",
  "if it was lent to somebody else",
  "if the battery was opened",
  "if the repair was made without asking",
  "if it happened abroad",
  "if it was used for work",
  "if it was used in a race",
  "if the wear was known before",
  "if the heating was switched off",
  "if the roof had not been looked after",
  "if no report was made",
  "if the bill is lost",
  "if it was left in a car",
  "if it was in checked luggage",
  "if it was left unattended",
  "if the illness was known before",
  "during a war or a riot",
  "in the first thirty days",
  "in the month of December",
  "for tenants without a contract",
  "for people under eighteen",
  "for animals under eight weeks",
  "for cash and jewels",
  "for tools and spare parts",
] as const;
