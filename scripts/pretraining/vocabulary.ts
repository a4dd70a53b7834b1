/** Names for invented people, towns and organisations. */
import type { Random } from "./random.ts";

export const firstNames = (
  "Anna Ben Clara David Ella Finn Grace Henry Ida Jack Kate Leo Maria Noah Olive Paul Rosa Sam Tess Victor Wendy " +
  "Amir Bruno Chen Dora Emil Fatima Greta Hugo Ines Jonas Kofi Lena Marta Nadia Omar Priya Ravi Sofia Tom Uma Vera " +
  "Will Yara Zoe Adam Bella Carl Dina Edith Frank Gina Harold Iris Jane Karl Lucy Max Nora Oscar Peter Ruth Simon"
).split(" ");

export const surnames = (
  "Hall Lund Moreau Baker Stone Rossi Novak Meyer Clark Wright Ortiz Dahl Kovacs Ivers Quinn Price Holt Vega Frost " +
  "Marsh Berg Nash Pike Rowe Singh Tanaka Ueda Weber Young Abbot Brandt Cole Drake Ekman Flint Gray Hart Jansen Kerr " +
  "Lowe Mills North Osborn Park Reed Sato Thorne Vance West York Zimmer Bloom Crane Dunn Ferris Garner Hobbs"
).split(" ");

const towns = (
  "Elmfield Harrow Linden Northgate Brookside Larkhill Stonebridge Ashford Millbrook Westport Oakham Fairview Redcliff " +
  "Seaton Greenwood Highmoor Kingsley Lakeside Maplewood Norbury Orchard Pinewood Quarry Riverside Summerhill Thornton " +
  "Upton Valley Whitby Yarrow Bellmore Copperhill Dunmore Easton Foxton Glenside Hazelwood Ironbridge Juniper"
).split(" ");

const institutions = [
  "library",
  "sports club",
  "workshop",
  "museum",
  "swimming pool",
  "music school",
  "garden club",
  "railway",
  "bus company",
  "school",
  "hotel",
  "insurance office",
  "insurance",
  "insurance company",
  "mutual insurance",
  "housing office",
  "theatre",
  "rowing club",
  "bicycle shop",
  "ferry line",
  "language school",
  "camp site",
  "animal shelter",
  "tool library",
  "electricity works",
  "post office",
  "travel agency",
  "clinic",
  "bank",
  "airline",
] as const;

/** "the Linden library". */
export function organisation(random: Random): string {
  return `the ${random.pick(towns)} ${random.pick(institutions)}`;
}

export function town(random: Random): string {
  return random.pick(towns);
}
