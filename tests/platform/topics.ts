/** What the tests ask about. */
export const topics = [
  "fire",
  "flood",
  "theft",
  "hail",
  "storm",
  "frost",
  "burst pipes",
  "broken glass",
  "lightning",
  "a fall",
];

/** The deadlines that these have, in turn. */
export const limits = ["two days", "three days", "a week", "ten days", "two weeks", "a month"];
