/** An event stream, and the data of the events in it, written down by hand. */
export interface EventStreamVector {
  readonly name: string;
  readonly text: string;
  readonly data: readonly string[];
}

/** Streams with the cases in which readers of event streams go wrong. Most are from the examples of the standard. */
export const vectors: readonly EventStreamVector[] = [
  { name: "one line", text: "data: a\n\n", data: ["a"] },
  { name: "several lines", text: "data: YHOO\ndata: +2\ndata: 10\n\n", data: ["YHOO\n+2\n10"] },
  { name: "CR LF", text: "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", data: ["a\nb", "c"] },
  { name: "lone CR", text: "data: a\rdata: b\r\rdata: c\r\r", data: ["a\nb", "c"] },
  {
    name: "mixed line ends",
    text: "data: a\r\n\ndata: b\n\r\ndata: c\r\r\ndata: d\n\r",
    data: ["a", "b", "c", "d"],
  },
  { name: "LF behind CR is no second end", text: "data: a\r\n\r\n\r\n\r\ndata: b\r\n\r\n", data: ["a", "b"] },
  { name: "byte order mark", text: "\uFEFFdata: a\n\n", data: ["a"] },
  {
    name: "a second byte order mark is part of a name",
    text: "\uFEFF\uFEFFdata: a\n\ndata: b\n\n",
    data: ["b"],
  },
  {
    name: "a byte order mark inside",
    text: "data: a\n\n\uFEFFdata: b\n\ndata: \uFEFFc\n\n",
    data: ["a", "\uFEFFc"],
  },
  { name: "letters that look like a mark", text: "ï»¿data: a\n\ndata: b\n\n", data: ["b"] },
  { name: "only one space is taken", text: "data:  a\n\ndata:b\n\ndata:\tc\n\n", data: [" a", "b", "\tc"] },
  { name: "no data", text: "data\n\ndata:\n\ndata: \n\n", data: ["", "", ""] },
  { name: "two lines without data", text: "data\ndata\n\n", data: ["\n"] },
  { name: "the last event isn't complete", text: "data: a\n\ndata: b\n", data: ["a"] },
  { name: "not even a line end", text: "data: a\n\ndata: b", data: ["a"] },
  { name: "comments", text: ": one\n\n:\ndata: a\n: two\ndata: b\n\n:data: c\n\n", data: ["a\nb"] },
  { name: "comments alone", text: ":\n\n: ping\n\n:::\n\n", data: [] },
  {
    name: "types",
    text: "event: add\ndata: 1\n\nevent:\ndata: 2\n\nevent: x\n\ndata: 3\n\n",
    data: ["1", "2", "3"],
  },
  {
    name: "a type by a later line",
    text: "event: a\nevent: b\ndata: 1\n\nevent: c\ndata: 2\nevent\n\n",
    data: ["1", "2"],
  },
  { name: "ids last", text: "id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", data: ["a", "b", "c"] },
  {
    name: "an empty id takes the id away",
    text: "id: 1\ndata: a\n\nid\ndata: b\n\ndata: c\n\n",
    data: ["a", "b", "c"],
  },
  { name: "an id with NUL is none", text: "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", data: ["a", "b"] },
  { name: "retry", text: "retry: 1000\ndata: a\n\nretry: 5s\n\nretry: -1\n\nretry:\n\n", data: ["a"] },
  { name: "retry, the last counts", text: "retry: 1\nretry: 0020\ndata: a\n\n", data: ["a"] },
  { name: "digits of other scripts are none", text: "retry: ١٢\ndata: a\n\n", data: ["a"] },
  { name: "unknown fields", text: "DATA: a\n data: b\ndata : c\ndata: d\nfoo: e\nfoo\n\n", data: ["d"] },
  { name: "colons in data", text: "data: a: b\ndata::c\n\n", data: ["a: b\n:c"] },
  {
    name: "several bytes to a letter",
    text: "data: é ß 漢字 😀\r\ndata: 👩‍👩‍👧 \u2028\u0085\n\n",
    data: ["é ß 漢字 😀\n👩‍👩‍👧 \u2028\u0085"],
  },
  { name: "NUL in data", text: "data: a\0b\n\n", data: ["a\0b"] },
  { name: "blank lines at the beginning", text: "\n\r\n\rdata: a\n\n", data: ["a"] },
];
