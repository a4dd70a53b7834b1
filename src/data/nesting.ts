/** Nobody's tools are nested as deeply, and whatever walks through them would fill the stack. */
const DEEPEST = 200;

/** Whether lists and objects lie in each other more deeply than rows have any reason to. */
export function isTooDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => isTooDeep(member, levels - 1));
}
