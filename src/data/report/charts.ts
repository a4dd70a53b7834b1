import { type Markup, markup } from "./markup.ts";

/** Values from `from` up to, but not, `to`, and how many there are. */
export interface ChartBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const WIDTH = 640;
const HEIGHT = 188;
const BOTTOM = 26;
const TOP = 24;
const PLOT = HEIGHT - BOTTOM - TOP;

/**
 * A histogram: with a bar for each count where all are small, as those of turns; otherwise on a logarithmic axis, because
 * lengths of texts spread over several powers of ten.
 *
 * @param mark - a value with a line and its name, such as the context of the model
 */
export function histogramChart(
  bins: readonly ChartBin[],
  unit: string,
  mark?: { readonly value: number; readonly name: string },
): Markup {
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last) return markup`<p class="none">Nothing to show.</p>`;
  // Bins of one value each are those of small numbers.
  if (!mark && bins.every(({ from, to }) => to - from === 1)) {
    return countChart(bins, last.from, unit);
  }
  const low = Math.log2(first.from + 1);
  const high = Math.log2(Math.max(last.to, (mark?.value ?? 0) * 1.05) + 1);
  const x = (value: number) => ((Math.log2(value + 1) - low) / Math.max(high - low, 1e-9)) * WIDTH;
  const most = Math.max(...bins.map(({ count }) => count));
  const bars = bins.map(({ from, to, count }) => {
    const height = Math.max((count / most) * PLOT, 1);
    const range = to - from === 1 ? `${grouped(from)}` : `${grouped(from)} to ${grouped(to - 1)}`;
    return markup`<rect x="${fixed(x(from))}" y="${fixed(TOP + PLOT - height)}" width="${fixed(Math.max(x(to) - x(from) - 1, 1))}" height="${fixed(height)}"><title>${range} ${unit}: ${rowsText(count)}</title></rect>`;
  });
  const line =
    mark &&
    markup`<line class="mark" x1="${fixed(x(mark.value))}" x2="${fixed(x(mark.value))}" y1="${TOP - 4}" y2="${TOP + PLOT}"/><text class="mark" x="${fixed(Math.min(x(mark.value), WIDTH - 4))}" y="${TOP - 6}" text-anchor="end">${mark.name} ${grouped(mark.value)}</text>`;
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Histogram of ${unit}">${bars}${line}<line class="axis" x1="0" x2="${WIDTH}" y1="${TOP + PLOT}" y2="${TOP + PLOT}"/>${ticks(first.from, last.to, x)}</svg>`;
}

/** A bar for each count from 1, or 0 if it occurs, with the number of rows above and those that don't occur left free. */
function countChart(bins: readonly ChartBin[], highest: number, unit: string): Markup {
  const lowest = Math.min(1, bins[0]?.from ?? 1);
  // Wide enough that a few bars don't fill the width.
  const columns = Math.max(highest - lowest + 1, 8);
  const column = WIDTH / columns;
  const width = Math.min(column * 0.7, 48);
  const most = Math.max(...bins.map(({ count }) => count));
  const middle = (value: number) => (value - lowest + 0.5) * column;
  const counts = new Map(bins.map(({ from, count }) => [from, count]));
  const bars = Array.from({ length: highest - lowest + 1 }, (_, index) => {
    const value = lowest + index;
    const count = counts.get(value) ?? 0;
    const at = fixed(middle(value));
    const label = markup`<text class="tick" x="${at}" y="${HEIGHT - 6}" text-anchor="middle">${value}</text>`;
    if (count === 0) return label;
    const height = Math.max((count / most) * PLOT, 1);
    const top = TOP + PLOT - height;
    return markup`<rect x="${fixed(middle(value) - width / 2)}" y="${fixed(top)}" width="${fixed(width)}" height="${fixed(height)}"><title>${value} ${unit}: ${rowsText(count)}</title></rect><text class="tick" x="${at}" y="${fixed(top - 4)}" text-anchor="middle">${short(count)}</text>${label}`;
  });
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Rows by their number of ${unit}">${bars}<line class="axis" x1="0" x2="${WIDTH}" y1="${TOP + PLOT}" y2="${TOP + PLOT}"/></svg>`;
}

function rowsText(count: number): string {
  return `${grouped(count)} ${count === 1 ? "row" : "rows"}`;
}

/** In so few characters that it fits above a bar. */
function short(count: number): string {
  return count.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 1 });
}

function ticks(from: number, to: number, x: (value: number) => number): Markup[] {
  const marks = new Set([from, to]);
  for (let power = 1; power < to; power *= 10) {
    for (const step of [1, 2, 5]) if (step * power > from && step * power < to) marks.add(step * power);
  }
  let free = Number.NEGATIVE_INFINITY;
  return [...marks]
    .sort((a, b) => a - b)
    .flatMap((value) => {
      // On a small screen, the letters are larger within the chart.
      const width = grouped(value).length * 12;
      const at = Math.min(Math.max(x(value), width / 2), WIDTH - width / 2);
      const room = 16 + width;
      // Labels that would run into one another are left out.
      if (at - free < room) return [];
      free = at;
      return [
        markup`<text class="tick" x="${fixed(at)}" y="${HEIGHT - 6}" text-anchor="middle">${grouped(value)}</text>`,
      ];
    });
}

/** Bars with names, the longest list cut to `most`. */
export function barChart(
  items: readonly { readonly name: string; readonly count: number }[],
  most = 12,
): Markup {
  if (items.length === 0) return markup`<p class="none">Nothing to show.</p>`;
  const total = items.reduce((sum, { count }) => sum + count, 0);
  const longest = Math.max(...items.map(({ count }) => count));
  const shown = items.slice(0, most);
  const rest = items.slice(most);
  const rows = shown.map(
    ({ name, count }) =>
      markup`<tr><th scope="row">${name}</th><td class="bar"><span style="width:${fixed((count / longest) * 100)}%"></span></td><td>${grouped(count)}</td><td>${percent(count / total)}</td></tr>`,
  );
  const more =
    rest.length > 0
      ? markup`<tr><th scope="row">${rest.length} more</th><td></td><td>${grouped(rest.reduce((sum, { count }) => sum + count, 0))}</td><td></td></tr>`
      : undefined;
  return markup`<table class="bars">${rows}${more}</table>`;
}

/** With commas between thousands, as in the rest of the report. */
export function grouped(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
