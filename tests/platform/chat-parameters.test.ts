import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { chatCompletionChunkSchema, chatCompletionSchema } from "../../src/contract/chat.ts";
import { errorEnvelopeSchema } from "../../src/contract/errors.ts";
import { readModel } from "../../src/engine/model-files.ts";
import type { Tokenizer } from "../../src/engine/tokenizer.ts";
import type { LocalPlatform } from "../../src/local.ts";
import { temporaryDirectory } from "./test-platform.ts";
import { startTinyPlatform } from "./tiny-platform.ts";

/** Chats with the real platform, whose base answers with random bytes: characters are cut, and some are none. */
const directory = temporaryDirectory();
let platform: LocalPlatform;
let tokenizer: Tokenizer;
beforeAll(async () => {
  platform = await startTinyPlatform(directory.path);
  tokenizer = (await readModel(join(directory.path, "base"))).tokenizer;
});
afterAll(async () => {
  await platform.close();
  directory.remove();
});

/** Without tokens of structure, which would end the answers of a model that has learned nothing at once. */
const ask = async ({
  logit_bias,
  ...more
}: {
  logit_bias?: Record<number, number>;
  [param: string]: unknown;
}) =>
  await fetch(`${platform.baseURL}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${platform.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "photon-nano",
      messages: [{ role: "user", content: "When must I report hail?" }],
      max_tokens: 12,
      temperature: 0,
      logit_bias: {
        ...Object.fromEntries([...tokenizer.specialTokens.values()].map((id) => [id, -100])),
        ...logit_bias,
      },
      ...more,
    }),
  });

async function whole(more: Parameters<typeof ask>[0]) {
  return z.parse(chatCompletionSchema, await (await ask(more)).json()).choices;
}

/** The chunks of a stream that are of this choice. */
async function streamed(more: Parameters<typeof ask>[0], index = 0) {
  const frames = (await (await ask({ ...more, stream: true })).text()).split("\n\n").filter(Boolean);
  expect(frames.pop()).toBe("data: [DONE]");
  return frames
    .map((frame) => z.parse(chatCompletionChunkSchema, JSON.parse(frame.replace(/^data: /, ""))))
    .flatMap(({ choices }) => choices.filter((choice) => choice.index === index));
}

const first = async (more: Parameters<typeof ask>[0]) => {
  const [choice] = await whole(more);
  return { content: choice?.message.content ?? "", logprobs: choice?.logprobs?.content ?? [] };
};

function tokenOf(bytes: readonly number[] | null | undefined): number {
  const ids = Array.from({ length: tokenizer.vocabularySize }, (_, id) => id);
  return ids.find((id) => bytes && Buffer.from(tokenizer.bytesOf(id)).equals(Buffer.from(bytes))) ?? -1;
}

/** Greedy answers of é alone: each of its bytes is a token, and is made unlikely by being chosen. */
function onlyAccents() {
  const [lead = -1, trail = -1] = tokenizer.encode("é");
  return { logit_bias: { [lead]: 100, [trail]: 99 }, frequency_penalty: 2, logprobs: true };
}

describe("logprobs", () => {
  test("are null unless they are asked for", async () => {
    expect(await whole({})).toMatchObject([{ logprobs: null }]);
    for (const { logprobs } of await streamed({})) expect(logprobs).toBeNull();
  });

  test("are of every token, the likeliest first, and the bytes of the tokens are the answer", async () => {
    const { content, logprobs } = await first({ logprobs: true, top_logprobs: 20 });
    expect(logprobs).toHaveLength(12);
    const bytes = logprobs.flatMap((one) => one.bytes ?? []);
    expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes))).toBe(content);
    for (const { token, bytes, logprob, top_logprobs } of logprobs) {
      const top = top_logprobs ?? [];
      expect(top).toHaveLength(20);
      // At temperature 0 the chosen one is the likeliest that isn't banned; those that are show their probability.
      expect(top.find((one) => one.bytes)).toEqual({ token, bytes, logprob });
      const values = top.map((one) => one.logprob);
      expect(values).toEqual(values.toSorted((a, b) => b - a));
      expect(values.reduce((sum, value) => sum + Math.exp(value), 0)).toBeLessThanOrEqual(1);
    }
    const alone = await first({ logprobs: true });
    expect(alone.logprobs).toEqual(logprobs.map((one) => ({ ...one, top_logprobs: [] })));
  });

  test("and answers are the same in a stream as whole, and for the same seed", async () => {
    const asked = {
      logprobs: true,
      top_logprobs: 2,
      temperature: 1.3,
      seed: 11,
      presence_penalty: 1,
      frequency_penalty: -0.5,
      logit_bias: { 300: 1 },
      n: 2,
    };
    const choices = await whole(asked);
    expect(await whole(asked)).toEqual(choices);
    expect(choices[0]).not.toMatchObject({ message: choices[1]?.message });
    for (const { index, message, logprobs, finish_reason } of choices) {
      const chunks = await streamed(asked, index);
      expect(chunks.map(({ delta }) => delta.content ?? "").join("")).toBe(message.content);
      expect(chunks.flatMap((chunk) => chunk.logprobs?.content ?? [])).toEqual(logprobs?.content);
      expect(chunks.at(-1)).toMatchObject({ finish_reason, logprobs: null });
    }
    // The second answer is what the next seed gives alone: nothing of the first one is counted against it.
    expect(await whole({ ...asked, n: 1, seed: 12 })).toEqual([{ ...choices[1], index: 0 }]);
  });

  test("of a character of two tokens come with it, and none of what a stop string cuts away", async () => {
    const asked = { ...onlyAccents(), max_tokens: 5 };
    const sent = async (more: Parameters<typeof ask>[0]) =>
      (await streamed({ ...asked, ...more }))
        .filter(({ delta }) => delta.content)
        .map(({ delta, logprobs }) => [delta.content, logprobs?.content?.map(({ bytes }) => bytes)]);
    const accent = ["é", [[0xc3], [0xa9]]];
    expect(await sent({})).toEqual([accent, accent, ["\ufffd", [[0xc3]]]]);
    // Held back until it can't be the stop string any more, then sent with its tokens.
    expect(await sent({ stop: "éx" })).toEqual([accent, ["é\ufffd", [[0xc3], [0xa9], [0xc3]]]]);
    expect(await sent({ stop: "é\ufffd" })).toEqual([accent]);
    expect(await first({ ...asked, stop: "é" })).toEqual({ content: "", logprobs: [] });
  });

  test("are cut by a stop string that is there only once the last token has come, and the reason says so", async () => {
    // The U+FFFD of the character that has no end.
    const late = { ...onlyAccents(), max_tokens: 5, stop: ["é\ufffd"] };
    const [{ message, logprobs, finish_reason } = {}] = await whole(late);
    expect(message?.content).toBe("é");
    expect(logprobs?.content).toHaveLength(2);
    expect(finish_reason).toBe("stop");
    expect(await whole({ ...late, stop: ["x"] })).toMatchObject([{ finish_reason: "length" }]);
  });

  test("of a stop string across tokens are cut where the text is", async () => {
    const asked = { logprobs: true, temperature: 1, seed: 4 };
    const { content, logprobs } = await first(asked);
    expect(content.length).toBeGreaterThan(3);
    for (let at = 0; at + 3 <= content.length; at++) {
      const stop = content.slice(at, at + 3);
      const cut = await first({ ...asked, stop });
      expect(cut.content).toBe(content.slice(0, content.indexOf(stop)));
      expect(logprobs.slice(0, cut.logprobs.length)).toEqual(cut.logprobs);
      const bytes = Uint8Array.from(cut.logprobs.flatMap((one) => one.bytes ?? []));
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      expect(text.startsWith(cut.content)).toBe(true);
    }
  });

  test("of an answer without text are an empty list, in a stream as well", async () => {
    const end = tokenizer.specialTokens.get("<|end|>") ?? -1;
    const asked = { logprobs: true, logit_bias: { [end]: 100 } };
    const logprobs = { content: [], refusal: null };
    expect(await whole(asked)).toMatchObject([{ message: { content: "" }, logprobs, finish_reason: "stop" }]);
    expect((await streamed(asked)).map((chunk) => chunk.logprobs)).toEqual([logprobs, null]);
  });
});

describe("logit_bias", () => {
  test("of -100 bans a token, and the next likeliest takes its place", async () => {
    const [best] = (await first({ logprobs: true, top_logprobs: 20, max_tokens: 1 })).logprobs;
    const [, second] = best?.top_logprobs?.filter(({ bytes }) => bytes) ?? [];
    const banned = { logprobs: true, logit_bias: { [tokenOf(best?.bytes)]: -100 } };
    const { logprobs } = await first(banned);
    expect(logprobs[0]).toMatchObject(second ?? { token: "missing" });
    expect(logprobs.map(({ bytes }) => bytes)).not.toContainEqual(best?.bytes);
  });

  test("of +100 forces a token, whose log-probability stays the model's own", async () => {
    const [hail = -1] = tokenizer.encode(" hail");
    const forced = await first({ logprobs: true, temperature: 1, seed: 1, logit_bias: { [hail]: 100 } });
    expect(forced.content).toBe(tokenizer.decode([hail]).repeat(12));
    for (const { logprob } of forced.logprobs) expect(logprob).toBeLessThan(-1);
  });

  test("for an id that the vocabulary lacks is refused by name, in a stream as well", async () => {
    const id = tokenizer.vocabularySize;
    for (const stream of [false, true]) {
      const response = await ask({ stream, logit_bias: { 3: 1, [id]: 1 } });
      expect(response.status).toBe(400);
      const { error } = z.parse(errorEnvelopeSchema, await response.json());
      expect(error).toMatchObject({
        param: `logit_bias.${id}`,
        message: expect.stringContaining(`${id - 1}.`),
      });
    }
    expect((await ask({ logit_bias: { [id - 1]: 1 } })).status).toBe(200);
  });
});

test("a presence penalty leaves no token twice while others are as likely", async () => {
  // Every token is as likely as the others within the penalty, in a model that has learned nothing.
  const { logprobs } = await first({ logprobs: true, presence_penalty: 2 });
  const bytes = logprobs.map((one) => String(one.bytes));
  expect(new Set(bytes).size).toBe(bytes.length);
  const repeated = await first({ logprobs: true, presence_penalty: -2 });
  expect(new Set(repeated.logprobs.map((one) => String(one.bytes))).size).toBeLessThan(bytes.length);
});
