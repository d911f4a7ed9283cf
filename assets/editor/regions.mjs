// The regions of a slide as a document that is edited. Pure: every change gives a new document.
//
// {overlap, regions: [{key, id, name, role, weight, required, order, parts: [{shape, points, from_ms, until_ms}]}]}
// Regions lie over one another in this order, the last on top. `key` is for the page alone; `id` is null until
// the server has given one. `until_ms` null: to the end.

import { around, bounds, corners, hasArea, moved } from "./geometry.mjs";

export const LIMITS = {
  regions: 200, parts: 50, points: 500, weight: 1000, time_ms: 86_400_000, name: 200,
}; // as pipeline/ingest/regions.py and documents.py have them
export const ROLES = ["title", "text", "figure", "formula", "chart", "decoration", "navigation"];
const ASIDE = ["decoration", "navigation"];
const SHAPES = ["rectangle", "ellipse", "polygon"];
const UNREADABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u;

// From and to the server

const partFrom = (part) => ({
  shape: part.shape ?? "rectangle",
  points: part.points.map(([x, y]) => [x, y]),
  from_ms: part.from_ms ?? 0,
  until_ms: part.until_ms ?? null,
});

const regionFrom = (aoi) => ({
  key: aoi.id,
  id: aoi.id,
  name: aoi.name,
  role: aoi.role,
  weight: aoi.weight,
  required: aoi.required,
  order: aoi.order ?? null,
  parts: (aoi.parts ?? [aoi]).map(partFrom),
});

export const fromServer = (answer) => ({ overlap: answer.overlap, regions: answer.aois.map(regionFrom) });

const partTo = (part) => ({
  shape: part.shape,
  points: part.points,
  from_ms: part.from_ms,
  ...(part.until_ms === null ? {} : { until_ms: part.until_ms }),
});

export const toServer = (doc) => ({
  overlap: doc.overlap,
  aois: doc.regions.map(({ key, id, parts, ...rest }) => ({
    ...(id === null ? {} : { id }), ...rest, name: rest.name.trim(), parts: parts.map(partTo),
  })),
});

export const equal = (a, b) => JSON.stringify(toServer(a)) === JSON.stringify(toServer(b));

// The document with the ids that the server gave its regions, by key.
export const withIds = (doc, ids) => ({
  ...doc,
  regions: doc.regions.map((region) => (region.id === null && ids.has(region.key) ? { ...region, id: ids.get(region.key) } : region)),
});

// A document that was kept in the browser, or null where it is none.
export function fromDraft(value) {
  const number = (x) => typeof x === "number" && Number.isFinite(x);
  const isPart = (part) =>
    SHAPES.includes(part?.shape) && number(part.from_ms) && (part.until_ms === null || number(part.until_ms)) &&
    Array.isArray(part.points) && part.points.length >= 2 &&
    part.points.every((point) => Array.isArray(point) && point.length === 2 && point.every(number));
  const isRegion = (region) =>
    typeof region?.key === "string" && (region.id === null || typeof region.id === "string") &&
    typeof region.name === "string" && ROLES.includes(region.role) && number(region.weight) &&
    typeof region.required === "boolean" && (region.order === null || Number.isInteger(region.order)) &&
    Array.isArray(region.parts) && region.parts.length > 0 && region.parts.every(isPart);
  const fits = ["all", "topmost"].includes(value?.overlap) && Array.isArray(value.regions) && value.regions.every(isRegion);
  return fits ? value : null;
}

// Reading

export const find = (doc, key) => doc.regions.find((region) => region.key === key) ?? null;

// Regions in the order they are meant to be read; those without a place last.
export const inOrder = (doc) =>
  doc.regions
    .map((region, at) => ({ region, at }))
    .sort((a, b) => (a.region.order ?? Infinity) - (b.region.order ?? Infinity) || a.at - b.at || 0)
    .map(({ region }) => region);

// Share of looking that each region is meant to get, by key; null for all where nothing has a weight.
export function expectedShares(doc) {
  const total = doc.regions.reduce((sum, region) => sum + region.weight, 0);
  return new Map(doc.regions.map((region) => [region.key, total > 0 ? region.weight / total : null]));
}

const plainName = (name) => name.trim().replace(/\s+/g, " ").toLowerCase();

// A name that no region has: this one, or with a number behind it.
export function freeName(doc, name) {
  const taken = new Set(doc.regions.map((region) => plainName(region.name)));
  if (!taken.has(plainName(name))) return name;
  const stem = name.replace(/ \d+$/, "");
  let number = 2;
  while (taken.has(plainName(`${stem} ${number}`))) number += 1;
  return `${stem} ${number}`;
}

// Changing

const keyed = (change) => (doc, key, ...how) => ({
  ...doc,
  regions: doc.regions.map((region) => (region.key === key ? change(region, ...how) : region)),
});

export const updated = keyed((region, values) => ({ ...region, ...values }));

export const withPart = keyed((region, at, part) => ({
  ...region,
  parts: at === region.parts.length ? [...region.parts, part] : region.parts.map((old, n) => (n === at ? part : old)),
}));

export const withoutPart = keyed((region, at) =>
  region.parts.length > 1 ? { ...region, parts: region.parts.filter((_, n) => n !== at) } : region,
);

const lastPlace = (doc) => Math.max(0, ...doc.regions.map((region) => region.order ?? 0));

export const newKey = () => `new-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;

// What a new region weighs: as much as those that weigh anything do on average.
export function usualWeight(doc) {
  const weights = doc.regions.map((region) => region.weight).filter((weight) => weight > 0);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.length ? Math.max(Math.round(100 * mean) / 100, 0.01) : 1;
}

// A region of this outline, on top and last in the order; [document, key].
export function added(doc, part, name, role = "text", weight = usualWeight(doc)) {
  const key = newKey();
  const order = ASIDE.includes(role) ? null : Math.min(lastPlace(doc) + 1, LIMITS.regions);
  const region = {
    key, id: null, name: freeName(doc, name), role, weight, required: false, order,
    parts: (Array.isArray(part) ? part : [part]).map((each) => ({ from_ms: 0, until_ms: null, ...each })),
  };
  return [{ ...doc, regions: [...doc.regions, region] }, key];
}

// A copy a little to the lower right, on top; [document, key].
export function duplicated(doc, key, by = 0.02) {
  const from = find(doc, key);
  const parts = from.parts.map((part) => {
    const copy = moved(part, by, by);
    return JSON.stringify(copy.points) === JSON.stringify(part.points) ? moved(part, -by, -by) : copy;
  });
  const [next, copy] = added(doc, parts, from.name, from.role, from.weight);
  return [updated(next, copy, { required: from.required }), copy];
}

export const removed = (doc, key) => ({ ...doc, regions: doc.regions.filter((region) => region.key !== key) });

// The region at another place in the intended order; places are numbered anew.
export function reordered(doc, key, place) {
  const keys = inOrder(doc).filter((region) => region.order !== null && region.key !== key).map((region) => region.key);
  keys.splice(place, 0, key);
  return {
    ...doc,
    regions: doc.regions.map((region) => {
      const at = keys.indexOf(region.key);
      return at < 0 || region.order === at + 1 ? region : { ...region, order: at + 1 };
    }),
  };
}

// With or without a place in the intended order.
export function placed(doc, key, wanted) {
  if (wanted) return reordered(doc, key, doc.regions.filter((region) => region.order !== null).length);
  return updated(doc, key, { order: null });
}

// Nearer to the top or the ground by some steps; Infinity: all the way.
export function restacked(doc, key, steps) {
  const from = doc.regions.findIndex((region) => region.key === key);
  const to = Math.min(Math.max(from + steps, 0), doc.regions.length - 1);
  if (from < 0 || from === to) return doc;
  const regions = [...doc.regions];
  regions.splice(to, 0, ...regions.splice(from, 1));
  return { ...doc, regions };
}

// Proposals

// Proposals taken as they are; [document, keys].
export function accepted(doc, proposals) {
  const keys = [];
  for (const { name, role, weight, parts } of proposals) {
    const [next, key] = added(doc, parts, name, role, weight);
    doc = next;
    keys.push(key);
  }
  return [doc, keys];
}

const boxOf = (region) => around(region.parts.map(bounds));

// Proposals as one new region: the rectangle around them, named after the largest; [document, key].
export function merged(doc, proposals) {
  const area = (proposal) => {
    const box = boxOf(proposal);
    return (box.x1 - box.x0) * (box.y1 - box.y0);
  };
  const largest = proposals.reduce((best, each) => (area(each) > area(best) ? each : best));
  const weight = Math.round(100 * proposals.reduce((sum, each) => sum + each.weight, 0)) / 100;
  const part = { shape: "rectangle", points: corners(around(proposals.map(boxOf))) };
  return added(doc, part, largest.name, largest.role, weight);
}

// Proposals as further outlines of a region that is there.
export function joined(doc, key, proposals) {
  const parts = proposals.flatMap((proposal) => proposal.parts);
  return updated(doc, key, { parts: [...find(doc, key).parts, ...parts] });
}

// Two documents held against each other

const FIELDS = ["name", "role", "weight", "required", "order"];

// What is other in the second: regions in it alone, in the first alone, and in both but not the same.
export function differences(first, second) {
  const id = (region) => region.id ?? region.key;
  const before = new Map(first.regions.map((region) => [id(region), region]));
  const after = new Map(second.regions.map((region) => [id(region), region]));
  const changed = [];
  for (const [key, region] of after) {
    const old = before.get(key);
    if (!old) continue;
    const fields = FIELDS.filter((field) => old[field] !== region[field]);
    if (JSON.stringify(old.parts.map(partTo)) !== JSON.stringify(region.parts.map(partTo))) fields.push("outline");
    if (fields.length) changed.push({ name: region.name, fields });
  }
  const alone = (these, those) => [...these].filter(([key]) => !those.has(key)).map(([, region]) => region.name);
  const common = (doc, others) => doc.regions.map(id).filter((key) => others.has(key)).join();
  return {
    added: alone(after, before),
    removed: alone(before, after),
    changed,
    stacking: common(first, after) !== common(second, before),
    overlap: first.overlap !== second.overlap,
  };
}

// The regions of the second document whose outlines are not in the first.
export function drawnElsewhere(first, second) {
  const outlines = (region) => JSON.stringify(region.parts.map(partTo));
  const known = new Set(first.regions.map(outlines));
  return second.regions.filter((region) => !known.has(outlines(region)));
}

// What is wrong with a document: [{key, part, field, problem, got}], nothing where it can be saved.

export function problems(doc) {
  const found = [];
  if (doc.regions.length > LIMITS.regions) found.push({ key: null, field: "regions", problem: "too-many", got: doc.regions.length });
  const seen = new Set();
  for (const region of doc.regions) {
    const say = (field, problem, got = "", part = null) => found.push({ key: region.key, part, field, problem, got });
    const name = plainName(region.name);
    if (!name) say("name", "name-empty");
    else if (region.name.trim().length > LIMITS.name) say("name", "name-long", region.name.length);
    else if (UNREADABLE.test(region.name)) say("name", "name-unreadable");
    else if (seen.has(name)) say("name", "name-twice", region.name);
    seen.add(name);
    if (!(region.weight >= 0 && region.weight <= LIMITS.weight)) say("weight", "weight", region.weight);
    if (region.order !== null && !(region.order >= 1 && region.order <= LIMITS.regions)) say("order", "order", region.order);
    if (region.parts.length > LIMITS.parts) say("parts", "parts-many", region.parts.length);
    region.parts.forEach((part, at) => partProblems(part).forEach(([field, problem, got]) => say(field, problem, got, at)));
  }
  return found;
}

function partProblems(part) {
  const found = [];
  const onSlide = ([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1;
  if (!part.points.every(onSlide)) found.push(["points", "points-outside", ""]);
  else if (part.shape === "polygon" && part.points.length < 3) found.push(["points", "points-few", part.points.length]);
  else if (part.points.length > LIMITS.points) found.push(["points", "points-many", part.points.length]);
  else if (!hasArea(part)) found.push(["points", part.shape === "polygon" ? "points-cross" : "points-flat", ""]);
  const until = part.until_ms ?? Infinity;
  if (!(part.from_ms >= 0 && part.from_ms <= LIMITS.time_ms)) found.push(["from", "time", part.from_ms / 1000]);
  else if (part.until_ms !== null && !(until <= LIMITS.time_ms)) found.push(["until", "time", until / 1000]);
  else if (until <= part.from_ms) found.push(["until", "time-order", until / 1000]);
  return found;
}
