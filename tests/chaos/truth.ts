import { createHash } from "node:crypto";
import * as z from "zod";

/** A platform that runs, and its key. */
export interface Target {
  readonly baseURL: string;
  readonly apiKey: string;
}

const page = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item), has_more: z.boolean() });
const jobSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  metadata: z.record(z.string(), z.string()).nullable(),
});
const eventSchema = z.looseObject({ id: z.string() });
const fileSchema = z.looseObject({ id: z.string(), filename: z.string() });
const answerSchema = z.looseObject({
  choices: z.tuple([z.looseObject({ message: z.looseObject({ content: z.string() }) })]),
});

export type TrueJob = z.infer<typeof jobSchema>;
export type TrueEvent = z.infer<typeof eventSchema>;

/** What a platform says of itself, asked without the client that is tested and past the proxy. */
export function truthOf({ baseURL, apiKey }: Target) {
  async function ask(path: string, body?: object): Promise<Response> {
    const response = await fetch(`${baseURL}${path}`, {
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${path} itself answers ${response.status}: ${await response.text()}`);
    return response;
  }
  async function all<Item extends z.ZodType<{ id: string }>>(
    path: string,
    item: Item,
  ): Promise<z.infer<Item>[]> {
    const items: z.infer<Item>[] = [];
    for (;;) {
      const after = items.at(-1)?.id;
      const query = `limit=500${after === undefined ? "" : `&after=${after}`}`;
      const text: unknown = await (await ask(`${path}${path.includes("?") ? "&" : "?"}${query}`)).json();
      const { data, has_more } = page(item).parse(text);
      items.push(...data);
      if (!has_more) return items;
    }
  }
  return {
    /** The jobs of a run, or of all. */
    jobs: (run?: string): Promise<TrueJob[]> =>
      all(
        `/fine_tuning/jobs${run === undefined ? "" : `?metadata[run]=${encodeURIComponent(run)}`}`,
        jobSchema,
      ),
    /** The oldest first. */
    events: async (jobId: string): Promise<TrueEvent[]> =>
      (await all(`/fine_tuning/jobs/${jobId}/events`, eventSchema)).reverse(),
    files: () => all("/files", fileSchema),
    async sha256(fileId: string): Promise<string> {
      const bytes = new Uint8Array(await (await ask(`/files/${fileId}/content`)).arrayBuffer());
      return createHash("sha256").update(bytes).digest("hex");
    },
    /** The text of an answer that comes in one piece. */
    async text(body: object): Promise<string> {
      const answer = answerSchema.parse(await (await ask("/chat/completions", body)).json());
      return answer.choices[0].message.content;
    },
  };
}

export type Truth = ReturnType<typeof truthOf>;
