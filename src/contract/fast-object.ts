import * as z from "zod/mini";
import { ZodMiniObject } from "zod/mini";
// Not `z.core`: to a bundler that is the whole of it, 70 KB more.
import { $constructor, $ZodObjectJIT } from "zod/v4/core";

/** What `zod` itself makes its objects of. `zod/mini` has the slower kind, which is smaller. */
const FastObject: z.core.$constructor<z.ZodMiniObject> = /* @__PURE__ */ $constructor(
  "FastObject",
  (inst: z.ZodMiniObject, def: z.ZodMiniObject["_zod"]["def"]) => {
    $ZodObjectJIT.init(inst, def);
    ZodMiniObject.init(inst, def);
  },
);

/**
 * As `z.looseObject`, but compiled on its first use where the runtime allows that: four times as fast, for what comes
 * hundreds of times a second.
 */
export function fastLooseObject<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodMiniObject<z.core.util.Writeable<Shape>, z.core.$loose>;
// @__NO_SIDE_EFFECTS__
export function fastLooseObject(shape: z.core.$ZodShape): z.ZodMiniObject {
  return new FastObject({ type: "object", shape, catchall: z.unknown() });
}
