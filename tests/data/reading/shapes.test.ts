import { describe, expect, test } from "vitest";
import { converting, members } from "../../../src/data/reading/converted.ts";
import { detectShape, fromShape, type Shape } from "../../../src/data/reading/shapes.ts";

const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });
const system = (content: string) => ({ role: "system", content });

function convert(row: object) {
  const shape = detectShape(members(row));
  if (!shape) throw new Error("no shape was found");
  return { shape, ...converting(() => fromShape(shape, members(row))) };
}

describe("rows of other formats become those of a platform", () => {
  const call = { id: "call_1", type: "function", function: { name: "find", arguments: '{"id":7}' } };

  test.each<[string, Shape, object, object]>([
    [
      "chat, without what means nothing to training",
      "chat",
      { messages: [user("Hi"), assistant("Hello")], source: "forum", tools: null },
      { messages: [user("Hi"), assistant("Hello")] },
    ],
    [
      "chat as tables have it, with nulls and lists as text",
      "chat",
      {
        messages: JSON.stringify([
          { ...user("Hi"), name: null },
          { ...assistant("Hello"), tool_calls: null, weight: 1 },
        ]),
      },
      { messages: [user("Hi"), { ...assistant("Hello"), weight: 1 }] },
    ],
    [
      "preference",
      "preference",
      {
        input: { messages: [user("Hi")] },
        preferred_output: [assistant("Hello")],
        non_preferred_output: [assistant("What?")],
      },
      {
        input: { messages: [user("Hi")] },
        preferred_output: [assistant("Hello")],
        non_preferred_output: [assistant("What?")],
      },
    ],
    [
      "prompt, chosen and rejected as texts",
      "preference",
      { prompt: "Hi", chosen: "Hello", rejected: "What?", system: "Be kind" },
      {
        input: { messages: [system("Be kind"), user("Hi")] },
        preferred_output: [assistant("Hello")],
        non_preferred_output: [assistant("What?")],
      },
    ],
    [
      "chosen and rejected that repeat the dialogue",
      "preference",
      {
        prompt: "Hi",
        chosen: [user("Hi"), assistant("Hello")],
        rejected: [user("Hi"), assistant("What?")],
        score_chosen: 1,
      },
      {
        input: { messages: [user("Hi")] },
        preferred_output: [assistant("Hello")],
        non_preferred_output: [assistant("What?")],
      },
    ],
    [
      "chosen and rejected as messages after a prompt of messages",
      "preference",
      { prompt: [user("Hi")], chosen: [assistant("Hello")], rejected: [assistant("What?")] },
      {
        input: { messages: [user("Hi")] },
        preferred_output: [assistant("Hello")],
        non_preferred_output: [assistant("What?")],
      },
    ],
    [
      "ShareGPT",
      "sharegpt",
      {
        id: "x",
        system: "Be kind",
        conversations: [
          { from: "human", value: "Hi" },
          { from: "gpt", value: "Hello", weight: 0 },
          { from: "human", value: "And?" },
          { from: "gpt", value: "That is all" },
        ],
      },
      {
        messages: [
          system("Be kind"),
          user("Hi"),
          { ...assistant("Hello"), weight: 0 },
          user("And?"),
          assistant("That is all"),
        ],
      },
    ],
    [
      "ShareGPT with messages, and with role and content",
      "sharegpt",
      { conversations: [user("Hi"), assistant("Hello")] },
      { messages: [user("Hi"), assistant("Hello")] },
    ],
    [
      "ShareGPT under the name of messages",
      "sharegpt",
      {
        messages: [
          { from: "system", value: "Be kind" },
          { from: "human", value: "Hi" },
          { from: "gpt", value: "Hello" },
        ],
      },
      { messages: [system("Be kind"), user("Hi"), assistant("Hello")] },
    ],
    [
      "ShareGPT with tools",
      "sharegpt",
      {
        tools: '[{"name":"find","parameters":{"type":"object"}}]',
        conversations: [
          { from: "human", value: "Find 7" },
          { from: "function_call", value: '{"name":"find","arguments":{"id":7}}' },
          { from: "observation", value: { found: true } },
          { from: "gpt", value: "Here it is" },
        ],
      },
      {
        tools: [{ type: "function", function: { name: "find", parameters: { type: "object" } } }],
        messages: [
          user("Find 7"),
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", tool_call_id: "call_1", content: '{"found":true}' },
          assistant("Here it is"),
        ],
      },
    ],
    [
      "Alpaca",
      "alpaca",
      { instruction: "Translate", input: "chat", output: "cat", text: "### Instruction …" },
      { messages: [user("Translate\n\nchat"), assistant("cat")] },
    ],
    [
      "Alpaca with an empty input, a system prompt and what was before",
      "alpaca",
      {
        instruction: "And dog?",
        input: "",
        output: "chien",
        system: "Be short",
        history: [["Cat?", "chat"]],
      },
      {
        messages: [system("Be short"), user("Cat?"), assistant("chat"), user("And dog?"), assistant("chien")],
      },
    ],
    [
      "prompt and completion",
      "prompt-completion",
      { prompt: "[INST] Hi", completion: "[a] Hello" },
      { messages: [user("[INST] Hi"), assistant("[a] Hello")] },
    ],
    [
      "prompt and completion of messages: only the completion is learned",
      "prompt-completion",
      { prompt: [user("Hi"), assistant("Hello"), user("And?")], completion: [assistant("That is all")] },
      {
        messages: [user("Hi"), { ...assistant("Hello"), weight: 0 }, user("And?"), assistant("That is all")],
      },
    ],
  ])("%s", (_, shape, given, row) => {
    expect(convert(given)).toEqual({ shape, row });
  });
});

describe("what can't be converted says where", () => {
  test.each<[object, string, RegExp]>([
    [{ messages: "Hi" }, "$.messages", /list/],
    [{ messages: [user("Hi")] }, "$.messages", /needs a message by the assistant/],
    [{ messages: [user("Hi"), { role: "robot", content: "Hello" }] }, "$.messages[1].role", /role/],
    [{ messages: [{ content: "Hi" }] }, "$.messages[0].role", /missing/],
    [{ messages: [user("Hi"), { ...assistant("Hello"), mood: "good" }] }, "$.messages[1]", /"mood"/],
    [{ messages: [{ role: "user", content: 5 }, assistant("Hello")] }, "$.messages[0].content", /text/],
    [
      { messages: [{ role: "user", content: [{ type: "image_url" }] }, assistant("Hello")] },
      "$.messages[0].content[0].type",
      /"text"/,
    ],
    [{ messages: [user("Hi"), { ...assistant("Hello"), weight: 3 }] }, "$.messages[1].weight", /should be/],
    [
      { messages: [user("Hi"), { role: "assistant", tool_calls: [{ type: "function" }] }] },
      "$.messages[1].tool_calls[0].id",
      /string/,
    ],
    [{ conversations: [{ from: "narrator", value: "Once" }] }, "$.conversations[0].from", /nobody's role/],
    [{ conversations: [{ from: "human", value: null }] }, "$.conversations[0].value", /missing/],
    [{ conversations: [{ from: "observation", value: "5" }] }, "$.conversations[0]", /nobody made/],
    [{ conversations: [{ from: "function_call", value: "find(7)" }] }, "$.conversations[0].value", /JSON/],
    [{ instruction: "Translate", output: 5 }, "$.output", /string/],
    [{ instruction: "Translate", output: "cat", history: ["x"] }, "$.history[0]", /list/],
    [{ prompt: "Hi", completion: null }, "$.completion", /missing/],
    [{ chosen: "Hello", rejected: "What?" }, "$.prompt", /nothing that both/],
    [
      { prompt: "Hi", chosen: [assistant("a"), user("b"), assistant("c")], rejected: "d" },
      "$.chosen",
      /one answer/,
    ],
    [{ input: 5, preferred_output: [], non_preferred_output: [] }, "$.input", /object/],
  ])("%j", (given, path, message) => {
    const converted = convert(given);
    expect(converted).toMatchObject({ problem: { path } });
    expect("problem" in converted && converted.problem.message).toMatch(message);
  });

  test("rows of no shape are none", () => {
    expect(detectShape({ question: "Hi", answer: "Hello" })).toBeUndefined();
  });
});
