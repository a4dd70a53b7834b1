import { expect, test } from "vitest";
import { chunk } from "./samples.ts";
import { params, streaming } from "./streaming-script.ts";
import { sse, wireServer } from "./wire-server.ts";

type Piece = Record<string, unknown>;
const call = (name: string, args = "") => ({ function: { name, arguments: args } });
const more = (args: string) => ({ function: { arguments: args } });
const whole = (id: string, name: string, args: string) => ({
  id,
  type: "function",
  function: { name, arguments: args },
});

const cases: [string, Piece[][], ReturnType<typeof whole>[]][] = [
  [
    "one call, its arguments in pieces",
    [
      [{ index: 0, id: "a", type: "function", ...call("f") }],
      [{ index: 0, ...more('{"x"') }],
      [{ index: 0, ...more(":1}") }],
    ],
    [whole("a", "f", '{"x":1}')],
  ],
  [
    "parallel calls whose pieces alternate",
    [
      [
        { index: 0, id: "a", ...call("f") },
        { index: 1, id: "b", ...call("g") },
      ],
      [{ index: 1, ...more("[") }],
      [{ index: 0, ...more("{") }],
      [
        { index: 1, ...more("]") },
        { index: 0, ...more("}") },
      ],
    ],
    [whole("a", "f", "{}"), whole("b", "g", "[]")],
  ],
  [
    "id, type and name repeated with each piece",
    [
      [{ index: 0, id: "a", type: "function", ...call("f", "{") }],
      [{ index: 0, id: "a", type: "function", ...call("f", "}") }],
    ],
    [whole("a", "f", "{}")],
  ],
  [
    "empty and null fields in later pieces",
    [
      [{ index: 0, id: "a", type: "function", ...call("f") }],
      [{ index: 0, id: "", type: null, ...call("", "{}") }],
      [{ index: 0, id: null, function: { name: null, arguments: null } }],
    ],
    [whole("a", "f", "{}")],
  ],
  [
    "another id with each piece of one call",
    [[{ index: 0, id: "a", ...call("f", "{") }], [{ index: 0, id: "b", ...more("}") }]],
    [whole("a", "f", "{}")],
  ],
  [
    "the same index for every call",
    [
      [{ index: 0, id: "a", ...call("f", "{") }],
      [{ index: 0, ...more("}") }],
      [{ index: 0, id: "b", ...call("g", "[") }],
      [{ index: 0, ...more("]") }],
    ],
    [whole("a", "f", "{}"), whole("b", "g", "[]")],
  ],
  [
    "no index, calls whole",
    [
      [
        { id: "a", ...call("f", "{}") },
        { id: "b", ...call("f", "{}") },
      ],
      [{ id: "c", ...call("g", "[]") }],
    ],
    [whole("a", "f", "{}"), whole("b", "f", "{}"), whole("c", "g", "[]")],
  ],
  [
    "no index, calls in pieces",
    [
      [{ id: "a", ...call("f", "{") }],
      [more("}")],
      [{ id: "b", ...call("g", "[") }],
      [more("]")],
      [{ id: "a", ...more(" ") }],
    ],
    [whole("a", "f", "{} "), whole("b", "g", "[]")],
  ],
  [
    "indexes that begin late and come in any order",
    [[{ index: 3, id: "b", ...call("g", "[]") }], [{ index: 1, id: "a", ...call("f", "{}") }]],
    [whole("a", "f", "{}"), whole("b", "g", "[]")],
  ],
];

test.each(cases)("calls of tools are put together: %s", async (_, deltas, calls) => {
  const events = [
    ...deltas.map((tool_calls) => sse(chunk({ tool_calls }))),
    sse(chunk({}, "tool_calls")),
    sse("[DONE]"),
  ];
  await using server = await wireServer(streaming(events));
  const message = await server.client().chat.completions.stream(params).finalMessage();
  expect(message.tool_calls).toEqual(calls);
  expect(message.content).toBeNull();
});
