import fc from "fast-check";
import { expect, test } from "vitest";
import { errorObjectIn } from "../../src/client/error-object.ts";
import { errorEnvelopeSchema } from "../../src/contract/errors.ts";

test("the error in a body is found as the schema finds it", () => {
  const value = fc.oneof(
    fc.string(),
    fc.double(),
    fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, true, [], {}, ["x"]),
  );
  const error = fc.record(
    { message: fc.oneof(fc.string(), value), type: value, param: value, code: value, more: value },
    { requiredKeys: [] },
  );
  const body = fc.oneof(value, fc.record({ error: fc.oneof(error, value) }, { requiredKeys: [] }));
  fc.assert(
    fc.property(body, (given) => {
      expect(errorObjectIn(given)).toEqual(errorEnvelopeSchema.safeParse(given).data?.error);
    }),
    { numRuns: 2_000 },
  );
});
