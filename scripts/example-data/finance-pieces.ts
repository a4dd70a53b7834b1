/** What the finance records are made of: invented companies, the lines of their statements, and how analysts ask. */

export interface Company {
  readonly name: string;
  readonly currency: "EUR" | "USD" | "GBP";
  readonly scale: "thousand" | "million";
}

const named = (list: string, currency: Company["currency"], scale: Company["scale"]): readonly Company[] =>
  list.split("|").map((name) => ({ name, currency, scale }));

/** None of them exists. */
export const companies: readonly Company[] = [
  ...named("Larkhill Bakeries|Oakham Paper|Dunmore Ferries|Seaton Glass|Norbury Tools", "EUR", "thousand"),
  ...named("Redcliff Hotels|Juniper Toys|Easton Cables|Foxton Dairy|Glenside Mills", "GBP", "thousand"),
  ...named("Copperhill Rail|Whitby Foods|Yarrow Energy|Bellmore Clinics|Ironbridge Steel", "USD", "million"),
  ...named("Hazelwood Books|Ashford Seeds|Millbrook Water|Kingsley Shoes|Westport Boats", "EUR", "million"),
  ...named("Thornton Lamps|Lakeside Cinemas|Upton Bikes|Quarry Stone|Highmoor Wool", "GBP", "million"),
  ...named(
    "Riverside Press|Maplewood Desks|Summerhill Farms|Linden Pharma|Fairview Parks",
    "USD",
    "thousand",
  ),
];

/** A kind of statement: some lines, and one that is made of them. */
export interface StatementKind {
  readonly kind: string;
  /** Each line with alternatives: one company reports rent, another energy. */
  readonly parts: readonly (readonly [string, ...string[]])[];
  readonly total: string;
  /** −1 takes the later lines from the first; 1 adds all. */
  readonly sign: 1 | -1;
}

export const statementKinds: readonly StatementKind[] = [
  {
    kind: "income statement",
    parts: [
      ["revenue", "sales"],
      ["wages", "cost of sales", "materials"],
      ["rent", "energy", "marketing", "research"],
    ],
    total: "profit",
    sign: -1,
  },
  {
    kind: "balance sheet",
    parts: [["cash"], ["stock", "receivables"], ["buildings", "equipment", "vehicles"]],
    total: "total assets",
    sign: 1,
  },
  {
    kind: "sales by channel",
    parts: [["shops", "markets"], ["online"], ["export", "wholesale"]],
    total: "all channels",
    sign: 1,
  },
];

/** Lines of which one says "were" and "they". */
export const plurals: ReadonlySet<string> = new Set(
  "sales|wages|materials|receivables|buildings|vehicles|shops|markets|total assets|all channels".split("|"),
);

/** How analysts ask; `{l}` is a line of the statement, `{y}` a year; `{was}` and `{does}` go with the line. */
export const questions = {
  figure: [
    "What {was} {l} in {y}?",
    "How much {was} {l} in {y}?",
    "Tell me {l} for {y}.",
    "{l} in {y}, please.",
    "Which figure does the statement give for {l} in {y}?",
    "I need {l} of {y}.",
    "Give me the {y} figure for {l}.",
    "How high {was} {l} in {y}?",
  ],
  change: [
    "How did {l} change?",
    "Did {l} rise or fall, and by how much?",
    "By how much did {l} move?",
    "What is the change in {l}?",
    "How much did {l} go up or down?",
    "In which direction did {l} go?",
    "How {does} {l} compare with the year before?",
    "What happened to {l}?",
  ],
  missing: [
    "What {was} {l} in {y}?",
    "How much {was} {l} in {y}?",
    "Tell me {l} for {y}.",
    "How did {l} change?",
    "What is the change in {l}?",
    "Give me the {y} figure for {l}.",
  ],
  advice: [
    "Should I buy the shares?",
    "Is this a good time to sell?",
    "Would you invest in {c}?",
    "Are the shares cheap?",
    "What will the share price do?",
    "Shall I put my savings into {c}?",
    "Do you recommend {c}?",
    "Is {c} a buy or a sell?",
    "Where will the shares stand next year?",
    "Should my fund hold on to {c}?",
  ],
} as const;

/** What analysts ask for that no statement here has. */
export const absentLines = [
  "the dividend",
  "the tax rate",
  "goodwill",
  "free cash flow",
  "net debt",
  "the pension gap",
  "order intake",
  "the share count",
] as const;
