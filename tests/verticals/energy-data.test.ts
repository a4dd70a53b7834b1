import { describe, expect, test } from "vitest";
import * as z from "zod";
import { energyRecords } from "../../scripts/example-data/energy.ts";
import { exampleRecords } from "./example-records.ts";

const recordSchema = z.strictObject({
  id: z.string().min(1),
  customer: z.string().min(1),
  message: z.string().min(1),
  ticket: z.strictObject({
    queue: z.enum(["billing", "moving", "reading", "tariff", "grid"]),
    urgent: z.boolean(),
    meter: z.string().nullable(),
  }),
});

describe("the data of the custom vertical's example", () => {
  const records = z.array(recordSchema).parse(exampleRecords("energy"));

  test("is what its script makes", () => {
    expect(exampleRecords("energy")).toEqual(energyRecords());
  });

  test("has at least 150 records of different ids and messages, from at least 40 customers", () => {
    const distinct = (key: "id" | "message" | "customer") =>
      new Set(records.map((record) => record[key])).size;
    expect(records.length).toBeGreaterThanOrEqual(150);
    expect(distinct("id")).toBe(records.length);
    expect(distinct("message")).toBe(records.length);
    expect(distinct("customer")).toBeGreaterThanOrEqual(40);
  });

  test("has a ticket that names the message's meter, and none where there is none", () => {
    for (const { message, ticket } of records) {
      expect({ message, meters: message.match(/\bM\d{4}\b/g) }).toEqual({
        message,
        meters: ticket.meter === null ? null : [ticket.meter],
      });
    }
  });

  test("has enough of each queue to be learned, and sends a crew only to the grid", () => {
    const kinds = records.map(({ ticket }) => `${ticket.queue}${ticket.urgent ? " urgent" : ""}`);
    const counts = new Map(kinds.map((kind) => [kind, kinds.filter((other) => other === kind).length]));
    expect([...counts.keys()].sort()).toEqual(
      ["billing", "grid", "grid urgent", "moving", "reading", "tariff"].sort(),
    );
    for (const count of counts.values()) expect(count).toBeGreaterThanOrEqual(25);
  });
});
