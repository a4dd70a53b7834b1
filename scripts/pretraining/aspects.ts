/**
 * What can be said and asked about a topic: a deadline, a limit, the papers wanted. For each aspect a way to invent a
 * value and many wordings of the rule, of the question and of the answer, everyday words among them ("cut-off",
 * "paperwork", "out of my own pocket"), so that a model meets them in use.
 *
 * Slots: {t} the topic, {s} a clause that tells that it happened, {v} the value.
 */
import type { Random } from "./random.ts";
import type { Topic } from "./topics.ts";
import * as values from "./values.ts";

export interface Aspect {
  readonly key: string;
  readonly kinds: readonly Topic["kind"][];
  value(random: Random): string;
  readonly rules: readonly string[];
  readonly questions: readonly string[];
  readonly answers: readonly string[];
  /** What the aspect is called, for lists and for refusals: "the deadline". */
  readonly names: readonly string[];
}

const tell =
  "(report|announce|notify you of|tell you about|let you know about|inform you of|declare|flag|register)";
const telling =
  "(reporting|announcing|notifying you of|telling you about|letting you know about|informing you of|declaring|flagging|registering)";
const ask =
  "(|||||Please tell me: |Tell me, |I need to know: |One question: |Quick question: |Hello, |Hi, |Also, |And )";

export const aspects: readonly Aspect[] = [
  {
    key: "report deadline",
    kinds: ["incident"],
    value: values.duration,
    rules: [
      "(Report|Tell us about|Let us know about|Notify us of) {t} within {v}.",
      "{t} (must|has to|is to) be reported within {v}.",
      "The (deadline|time limit|cut-off|notice period) for reporting {t} is {v}.",
      "You have {v} to (report|tell us about|notify us of) {t}.",
      "We must (hear of|be told about) {t} within {v}.",
      "For {t} the (deadline|time limit) is {v}.",
    ],
    questions: [
      `${ask}what is the (deadline|cut-off|cut-off date|time limit|time frame|time window|notice period|latest date|last date|final date) for ${telling} {t}?`,
      `${ask}what('s| is) the (deadline|cut-off|time limit|time frame|notice period) (for|with|in the case of|in case of) {t}?`,
      `${ask}(by when|how soon|how quickly|how fast) (must|should|do|shall) I ${tell} {t}?`,
      `${ask}how (long|much time|many days) do I have to ${tell} {t}?`,
      "{s}. (By when|How soon|How quickly|How fast) (must|should|do) I (report it|tell you|let you know|get in touch|notify you|speak up|send word|come forward|call)?",
      "{s}. How (long|much time) do I have to (report it|tell you|let you know|get in touch|notify you|come forward)?",
      `${ask}when is it too late to ${tell} {t}?`,
      "{s}. (What is|What's) the (deadline|cut-off|time limit)?",
      "{s}. Until when can I (report it|tell you|let you know|come to you)?",
      "Is there a (deadline|cut-off|time limit|date to keep) for {t}?",
    ],
    answers: [
      "(Report|Tell us about) {t} within {v}.",
      "You have {v} to report {t}.",
      "(Report it|Tell us|Let us know) within {v}.",
      "Within {v}.",
      "The deadline is {v}.",
      "The deadline for {t} is {v}.",
    ],
    names: ["the deadline", "the time limit", "the cut-off"],
  },
  {
    key: "limit",
    kinds: ["incident"],
    value: values.money,
    rules: [
      "We pay (up to|at most|no more than) {v} for {t}.",
      "The (limit|maximum|cap|ceiling|top amount|upper limit) for {t} is {v}.",
      "For {t} we (cover|pay|give back|refund) (up to|at most) {v}.",
      "{t} is (covered|insured|paid) up to {v}.",
    ],
    questions: [
      `${ask}what is the (limit|maximum|cap|ceiling|upper limit|top amount|largest sum|highest sum|maximum sum|most you pay) (for|on|in the case of) {t}?`,
      `${ask}how much (do you pay|do you give|will you pay|do I get|would I get|can I claim|is paid|is covered|do you cover|money is there|do you reimburse|do you refund) [at most|at the most|at best] for {t}?`,
      `${ask}up to (what|which) (amount|sum|figure) (is {t} covered|do you pay for {t}|am I covered for {t})?`,
      "{s}. (How much|What sum|What amount) (will|do|would) (you pay|I get|I receive|you give me back) [at most|at the most]?",
      "{s}. What is the (most|largest sum|maximum|cap|limit) (you pay|I can get|I can claim)?",
      `${ask}is there a (cap|ceiling|limit|maximum|top sum) (on|for) {t}?`,
      `${ask}how (high|big|large) is the (sum|amount|payment|payout|cover) for {t} [at most]?`,
      `${ask}what (sum|amount|money) (can I count on|can I expect|may I expect|do you hand out|do you pay out) for {t}?`,
    ],
    answers: [
      "We pay up to {v} for {t}.",
      "Up to {v}.",
      "The limit for {t} is {v}.",
      "We pay at most {v}.",
      "The limit is {v}.",
    ],
    names: ["the limit", "the maximum", "the cap"],
  },
  {
    key: "own share",
    kinds: ["incident"],
    value: (random) => (random.chance(0.75) ? values.money(random) : values.percentage(random)),
    rules: [
      "You (pay|bear|carry) {v} of {t} yourself.",
      "The (deductible|excess|own share|part you pay yourself) for {t} is {v}.",
      "For {t} (you pay the first|there is a deductible of|there is an excess of|your own share is) {v}.",
    ],
    questions: [
      `${ask}what is the (deductible|excess|own share|own part|co-payment|self-paid part|share of the customer) (for|with|in the case of) {t}?`,
      `${ask}how (high|big|large) is (the deductible|the excess|my own share|my part|my share) (for|with) {t}?`,
      `${ask}how much (of it )(do|must|should) I (pay|bear|carry|shoulder|cover|chip in) (myself|on my own|out of my own pocket|from my own purse) for {t}?`,
      "{s}. (How much|What part|What share) (do|must) I (pay|bear|carry|shoulder|chip in) (myself|on my own|out of my own pocket)?",
      "{s}. What (comes out of my own pocket|is left for me to pay|is my own share|is the excess|is the deductible)?",
      `${ask}which (part|share) of {t} (is mine|do I pay myself|stays with me|falls to me)?`,
      `${ask}what do I (pay|have to pay) (myself|on my own|out of pocket) for {t}?`,
    ],
    answers: [
      "You pay {v} yourself.",
      "The deductible for {t} is {v}.",
      "Your own share is {v}.",
      "For {t} you pay {v} yourself.",
      "The deductible is {v}.",
    ],
    names: ["the deductible", "the excess", "the own share"],
  },
  {
    key: "documents",
    kinds: ["incident", "service"],
    value: values.documents,
    rules: [
      "(We need|Send us|Hand in|Bring) {v} for {t}.",
      "For {t} (we need|send|hand in|you need|please bring|bring along) {v}.",
      "The (documents|papers) for {t} are {v}.",
      "The (proof|evidence) wanted for {t} is {v}.",
    ],
    questions: [
      `${ask}(which|what) (documents|papers|paperwork|records|evidence|proof|proofs|forms|paper) (do you need|do you want|must I send|must I send in|should I hand in|do I have to provide|do I have to submit|do I need|are needed|are required|must I show|do I have to bring|should I bring along) for {t}?`,
      "{s}. (Which|What) (documents|papers|paperwork|records|evidence|proof|forms) (do you need|do you want|must I send|should I hand in|do I have to provide|are needed|are required|must I show)?",
      "{s}. What (must I send in|do you need from me|should I send you|do I have to hand in|must I bring along|do I have to show you|should I attach|do I enclose)?",
      `${ask}what (must I send in|do you need from me|do I have to hand in|should I bring|do I attach|should I enclose) for {t}?`,
      `${ask}how (do I prove|can I prove|do I show|can I back up|do I document) {t}?`,
      "{s}. How (do I prove it|can I prove that|do I back that up|do I document it)?",
    ],
    answers: [
      "(Send|Hand in|Please send) {v}.",
      "We need {v}.",
      "For {t} we need {v}.",
      "For {t}, send us {v}.",
      "You need {v}.",
    ],
    names: ["the documents", "the paperwork", "the proof"],
  },
  {
    key: "waiting time",
    kinds: ["incident"],
    value: values.duration,
    rules: [
      "We (pay|settle|refund) {t} (after|in|within) {v}.",
      "(Payment|The money) for {t} (comes|arrives|is sent) (after|within) {v}.",
      "It takes {v} until {t} is (paid|settled|decided).",
    ],
    questions: [
      `${ask}how long does it take until (you pay|I am paid|the money comes|I get my money|the money is there|you settle) (for|in the case of) {t}?`,
      `${ask}when (do I get|will I get|do I see|will I see|can I expect|may I expect) (the money|my money|payment|the cash|a refund) for {t}?`,
      "{s}. (When|How soon) (will|do) I (get|see|have) (the money|my money|my cash|the payment)?",
      "{s}. How long (must|do|will) I (wait|have to wait) (for the money|to be paid|for payment|until you pay)?",
      `${ask}how (quickly|fast|soon) (do you pay|do you settle|is the money sent|do you pay out|do you transfer the money) for {t}?`,
    ],
    answers: [
      "We pay after {v}.",
      "The money comes within {v}.",
      "For {t} it takes {v}.",
      "It takes {v}.",
      "You have the money after {v}.",
    ],
    names: ["the waiting time", "the time until payment"],
  },
  {
    key: "exclusion",
    kinds: ["incident"],
    value: (random) => random.pick(values.exclusions),
    rules: [
      "{t} is not (covered|insured|paid) {v}.",
      "We do not (pay|cover|refund) {t} {v}.",
      "For {t} there is no (cover|money|payment|refund) {v}.",
      "The exception for {t}: nothing is paid {v}.",
    ],
    questions: [
      `${ask}when is {t} not (covered|insured|paid)?`,
      `${ask}when (do you not pay|do you refuse to pay|do you pay nothing|will you turn me down|do I get nothing|do I go without money|am I not covered) for {t}?`,
      `${ask}what (is excluded|is left out|is not included|is the exception|exception is there|are the exceptions|catch is there|is the catch) (with|for|in the case of) {t}?`,
      "{s}. When (do you not pay|would you refuse|do I get nothing|would you say no|am I not covered)?",
      `${ask}in which case do you (not pay|refuse|pay nothing) for {t}?`,
      `${ask}is there (an exception|a catch|an exclusion|a case without cover) (with|for) {t}?`,
    ],
    answers: [
      "It is not covered {v}.",
      "{t} is not covered {v}.",
      "We pay nothing {v}.",
      "There is no cover {v}.",
      "Not {v}.",
    ],
    names: ["the exceptions", "what is excluded"],
  },
  {
    key: "first step",
    kinds: ["incident"],
    value: (random) => random.pick(values.firstSteps),
    rules: [
      "After {t}, {v} first.",
      "In case of {t}, first {v}.",
      "The first thing to do after {t}: {v}.",
      "If you have {t}, {v} (at once|right away|immediately).",
    ],
    questions: [
      `${ask}what (must|should|do) I do (first|right away|at once|straight away|immediately|before anything else) (after|in case of|in the case of|if there is) {t}?`,
      "{s}. What (must|should|do) I do (first|now|right now|right away|at once|straight away|immediately|before anything else)?",
      "{s}. What is the first (step|thing to do|thing)?",
      `${ask}what is the first (step|thing to do|duty) (after|in case of) {t}?`,
      "{s}. What (next|now)?",
    ],
    answers: [
      "First {v}.",
      "Please {v} first.",
      "After {t}, {v} first.",
      "{v} at once.",
      "The first thing to do: {v}.",
    ],
    names: ["the first step", "what to do first"],
  },
  {
    key: "contact",
    kinds: ["incident", "service"],
    value: values.contact,
    rules: [
      "For {t}, (contact|turn to|ask|write to|get in touch with) {v}.",
      "{v} (deals with|looks after|is in charge of|takes care of) {t}.",
      "The contact for {t} is {v}.",
    ],
    questions: [
      `${ask}who (deals with|looks after|is in charge of|takes care of|handles|is responsible for|helps with|sees to) {t}?`,
      `${ask}(who|whom) (do|can|should|must) I (contact|call|ring|ask|phone|write to|turn to|talk to|speak to|get in touch with|reach out to) about {t}?`,
      "{s}. (Who|Whom) (do|can|should) I (contact|call|ring|ask|turn to|talk to|write to)?",
      `${ask}where (do|can) I (turn|ask|call|get help|find help) (about|for|with) {t}?`,
      "{s}. Who (helps me|deals with it|is in charge|can help)?",
      `${ask}what is the contact for {t}?`,
    ],
    answers: [
      "Contact {v}.",
      "For {t}, contact {v}.",
      "Please turn to {v}.",
      "{v} deals with {t}.",
      "That is {v}.",
    ],
    names: ["the contact", "who is in charge"],
  },
  {
    key: "price",
    kinds: ["service"],
    value: values.money,
    rules: [
      "The (price|fee|charge|cost) (of|for) {t} is {v}.",
      "{t} costs {v}.",
      "For {t} (we charge|you pay|we ask for) {v}.",
    ],
    questions: [
      `${ask}what does {t} cost?`,
      `${ask}what is the (price|fee|charge|cost|rate) (of|for) {t}?`,
      `${ask}how much (is|do I pay for|do you charge for|must I pay for|do I have to spend on|do you ask for|money do I need for|is due for) {t}?`,
      `${ask}how (dear|expensive|costly) is {t}?`,
      `${ask}what (sum|amount|money) do you (want|take|ask) for {t}?`,
      "{s}. (What does it cost|How much is it|What is the price|What do you charge|What do I owe you|What is the damage)?",
    ],
    answers: [
      "{t} costs {v}.",
      "It costs {v}.",
      "The price is {v}.",
      "The fee for {t} is {v}.",
      "You pay {v}.",
    ],
    names: ["the price", "the fee", "the cost"],
  },
  {
    key: "length",
    kinds: ["service"],
    value: values.duration,
    rules: [
      "{t} (is valid for|lasts|runs for|is yours for|can be had for) {v}.",
      "You may have {t} for {v}.",
      "The (term|length) of {t} is {v}.",
    ],
    questions: [
      `${ask}how long (is {t} valid|does {t} last|does {t} run|may I have {t}|can I keep {t}|is {t} good for)?`,
      `${ask}for how long (is {t} valid|may I have {t}|can I use {t})?`,
      `${ask}what is the (term|length|duration|run|period) of {t}?`,
      `${ask}when (does {t} run out|does {t} expire|does {t} end|is {t} over)?`,
    ],
    answers: ["{t} is valid for {v}.", "For {v}.", "{v}.", "It lasts {v}.", "You may have it for {v}."],
    names: ["the term", "the length"],
  },
  {
    key: "sign-up date",
    kinds: ["service"],
    value: values.date,
    rules: [
      "(Sign up|Register|Apply) for {t} by {v}.",
      "The (deadline|last day|closing date) for {t} is {v}.",
      "You can (sign up|register|apply) for {t} until {v}.",
    ],
    questions: [
      `${ask}(by when|until when) (can|must|do) I (sign up|register|apply|put my name down|enrol|book) for {t}?`,
      `${ask}what is the (deadline|last day|closing date|cut-off|cut-off date|final date|latest date|last possible day) for {t}?`,
      `${ask}when is it too late to (sign up|register|apply|enrol|book) for {t}?`,
      `${ask}(when does sign-up close|when do bookings close|how long can I sign up) for {t}?`,
    ],
    answers: [
      "Sign up by {v}.",
      "The deadline is {v}.",
      "You can sign up until {v}.",
      "By {v}.",
      "Until {v}.",
    ],
    names: ["the deadline", "the closing date", "the last day"],
  },
  {
    key: "age",
    kinds: ["service"],
    value: values.age,
    rules: [
      "The (minimum|lowest|youngest) age for {t} is {v}.",
      "For {t} you must be at least {v} old.",
      "{t} is for people from {v} on.",
    ],
    questions: [
      `${ask}how old must (I|one|you|my child) be for {t}?`,
      `${ask}what is the (minimum|lowest|youngest|smallest) age for {t}?`,
      `${ask}from what age (on is {t} allowed|can one have {t}|is {t} open)?`,
      `${ask}is there an age limit for {t}?`,
      `${ask}how young (is too young|may one be) for {t}?`,
    ],
    answers: [
      "At least {v}.",
      "The minimum age is {v}.",
      "You must be {v} old.",
      "For {t} you must be {v} old.",
    ],
    names: ["the minimum age", "the age limit"],
  },
  {
    key: "place",
    kinds: ["service"],
    value: values.place,
    rules: ["You (find|get) {t} at {v}.", "The place for {t} is {v}.", "For {t}, (go|come) to {v}."],
    questions: [
      `${ask}where (is|do I find|do I get|can I get|can I find|do you keep) {t}?`,
      `${ask}where (do|must|should) I (go|come|turn up|head) for {t}?`,
      `${ask}what is the (place|spot|location|address) for {t}?`,
      `${ask}in (which|what) place (is|do I get) {t}?`,
    ],
    answers: ["At {v}.", "You find it at {v}.", "Go to {v}.", "For {t}, go to {v}.", "It is at {v}."],
    names: ["the place", "where it is"],
  },
  {
    key: "opening",
    kinds: ["service"],
    value: (random) => `${values.day(random)} at ${values.clockTime(random)}`,
    rules: ["{t} starts on {v}.", "The (time|hour) for {t} is {v}.", "{t} can be had from {v}."],
    questions: [
      `${ask}when (does {t} start|does {t} begin|is {t} on|can I have {t}|can I come for {t})?`,
      `${ask}(at what|what) time (does {t} start|does {t} begin|is {t})?`,
      `${ask}on (which|what) day (is {t}|does {t} take place|does {t} start)?`,
      `${ask}what are the (hours|times) for {t}?`,
    ],
    answers: ["On {v}.", "It starts on {v}.", "{t} starts on {v}.", "Come on {v}."],
    names: ["the time", "the hours"],
  },
  {
    key: "notice",
    kinds: ["service"],
    value: values.duration,
    rules: [
      "{t} can be (cancelled|ended|given up) with notice of {v}.",
      "The notice (period )for (ending|cancelling) {t} is {v}.",
      "(Cancel|Give up) {t} {v} ahead.",
    ],
    questions: [
      `${ask}(how long ahead|how far ahead|how early|how many days before) must I (cancel|end|quit|stop|give up|call off|get out of) {t}?`,
      `${ask}what is the (notice|notice period|period of notice) for (cancelling|ending|quitting|leaving|stopping) {t}?`,
      `${ask}how (do I get out of|can I cancel|do I quit|do I end|do I stop) {t}, and with what notice?`,
      `${ask}what notice do I (give|have to give) for {t}?`,
    ],
    answers: [
      "With notice of {v}.",
      "Cancel {v} ahead.",
      "The notice period is {v}.",
      "You must cancel {v} ahead.",
    ],
    names: ["the notice period", "how to cancel"],
  },
  {
    key: "discount",
    kinds: ["service"],
    value: values.percentage,
    rules: [
      "The (discount|reduction) on {t} is {v}.",
      "Members get {v} off {t}.",
      "{t} is {v} cheaper for (families|pupils|members|pensioners).",
    ],
    questions: [
      `${ask}what is the (discount|reduction|rebate|price cut) (on|for) {t}?`,
      `${ask}how much (cheaper is {t}|is taken off {t}|less do I pay for {t}|can I save on {t}|do you knock off {t})?`,
      `${ask}is there (a discount|a rebate|a reduction|money off|something off) (on|for) {t}?`,
      `${ask}what (rebate|discount|reduction|saving) do I get on {t}?`,
    ],
    answers: ["The discount is {v}.", "{v} off.", "You get {v} off {t}.", "It is {v} cheaper."],
    names: ["the discount", "the reduction"],
  },
];
