// Shows, demands and locks controls by their conditions while a form is filled in. What is hidden
// counts as empty for the others, so conditions are judged until nothing changes, as on the server.

import { decode, holds } from "./expression.js";
import { valueOf } from "./form_values.js";

const PASSES = 8;

/** Judges all conditions of a form, or of the group (row, record made in place) that a control is in. */
export function applyConditions(body) {
  const context = JSON.parse(body.querySelector("[data-form-context]").textContent);
  const base = {
    record: decoded(context.record),
    parameters: decoded(context.parameters),
    now: decode(context.now),
    today: decode(context.today),
    offset_minutes: context.offset_minutes,
  };
  judgeGroup(body, base, context);
}

function decoded(values) {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, decode(value)]));
}

/** The controls that stand directly in a group, not in its rows or records made in place. */
function controlsOf(group) {
  return [...group.querySelectorAll("[data-field]")].filter((field) => groupOf(field) === group);
}

function groupOf(field) {
  return field.parentElement.closest("[data-row], [data-inline-new], [data-form-body]");
}

function judgeGroup(group, base, context) {
  const fields = controlsOf(group);
  const values = new Map(fields.map((field) => [field, decode(valueOf(field, context))]));
  const conditional = fields.filter((field) => field.dataset.conditions);
  const trees = new Map(conditional.map((field) => [field, JSON.parse(field.dataset.conditions)]));
  let scope = scopeOf(base, fields, values);
  for (let pass = 0; pass < PASSES && conditional.length; pass += 1) {
    const before = conditional.map((field) => field.hidden).join();
    for (const field of conditional) judge(field, trees.get(field), scope);
    scope = scopeOf(base, fields, values);
    if (conditional.map((field) => field.hidden).join() === before) break;
  }
  for (const inner of innerGroups(group)) {
    const own = inner.matches("[data-inline-new]") || inner.closest("[data-widget=rows]")?.dataset.of;
    judgeGroup(inner, own ? { ...base, record: {} } : { ...scope, input: {} }, context);
  }
}

function innerGroups(group) {
  return [...group.querySelectorAll("[data-row], [data-inline-new]")].filter((inner) => groupOf(inner) === group);
}

function scopeOf(base, fields, values) {
  const record = { ...base.record };
  const input = {};
  for (const field of fields) {
    const name = field.dataset.field.split(".").at(-1);
    const value = field.hidden ? emptied(values.get(field)) : values.get(field);
    if (field.dataset.kind !== "own") record[name] = value;
    input[name] = value;
  }
  return { ...base, record, input };
}

function emptied(value) {
  if (Array.isArray(value)) return [];
  return value && typeof value === "object" && "items" in value ? decode({ holders: [] }) : null;
}

function judge(field, trees, scope) {
  if (trees.shown) show(field, holds(trees.shown, scope, true));
  if (trees.required) demand(field, "required" in field.dataset || holds(trees.required, scope, false));
  if (trees.locked) lock(field, holds(trees.locked, scope, false));
}

function show(field, shown) {
  field.hidden = !shown;
}

function demand(field, required) {
  field.querySelector(".label")?.classList.toggle("required", required);
  for (const input of field.querySelectorAll("[aria-describedby]")) {
    if (required) input.setAttribute("aria-required", "true");
    else input.removeAttribute("aria-required");
  }
}

/** A locked control is read and kept; it is not sent, so the server keeps its value. */
function lock(field, locked) {
  for (const input of field.querySelectorAll("input, select, textarea, button")) input.disabled = locked;
  field.classList.toggle("is-locked", locked);
}
