// Keeps what is typed in this tab, so that a reload, a lost session or a slip of the hand costs nothing.
// What was sent is forgotten; values that a refused form brings back come before the draft.

import { addRow } from "./form_rows.js";
import { chip } from "./picker.js";

const PREFIX = "draft:";
const WAIT_MS = 400;

/** Restores a draft and keeps it up to date. `changed` is told after restoring. */
export function keepDraft(form, words, changed) {
  if (form.closest("dialog")) return;
  const key = PREFIX + location.pathname + location.search;
  const sentKey = `${key}:sent`;
  const returned = form.querySelector("[data-error-summary], .question-list");
  if (sessionStorage.getItem(sentKey) && !returned) forget(key);
  sessionStorage.removeItem(sentKey);
  const fresh = JSON.stringify(typed(form));
  const draft = parse(sessionStorage.getItem(key));
  if (draft && !returned && JSON.stringify(draft) !== fresh) {
    restore(form, draft, words, changed);
    changed(form);
    offerToDiscard(form, words, key);
  }
  let timer;
  const save = () => {
    const now = typed(form);
    if (JSON.stringify(now) === fresh) forget(key);
    else store(key, JSON.stringify(now));
  };
  for (const kind of ["input", "change", "form:changed"]) {
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(save, WAIT_MS);
    });
  }
  let leaving = false;
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    save();
    store(sentKey, "1");
    leaving = true;
  });
  addEventListener("pagehide", () => {
    clearTimeout(timer);
    if (!leaving && form.isConnected) save();
  });
}

function store(key, text) {
  try {
    sessionStorage.setItem(key, text);
  } catch { /* full or forbidden: then there is no draft */ }
}

function forget(key) {
  sessionStorage.removeItem(key);
}

function parse(text) {
  try {
    const draft = JSON.parse(text);
    return Array.isArray(draft) ? draft : null;
  } catch {
    return null;
  }
}

/** What is typed: [name, value, label] in the order of the page, without the page's own values. */
function typed(form) {
  const found = [];
  for (const input of form.querySelectorAll("[data-form-body] :is(input, select, textarea)")) {
    if (!input.name || input.disabled || input.type === "file" || input.closest("noscript")) continue;
    if ((input.type === "checkbox" || input.type === "radio") && !input.checked) continue;
    if (input.value) found.push([input.name, input.value, input.closest("[data-value]")?.dataset.label ?? ""]);
  }
  return found;
}

function restore(form, draft, words, changed) {
  for (const [name] of draft) makeRowsFor(form, name);
  changed(form); // what was added becomes a working part of the form before it is filled
  const controls = [...form.querySelectorAll("[data-form-body] :is(input, select, textarea)")];
  for (const input of controls) {
    if (!input.name || input.type === "file" || input.type === "hidden") continue;
    const values = draft.filter(([name]) => name === input.name).map(([, value]) => value);
    if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
    else input.value = values[0] ?? "";
  }
  for (const part of form.querySelectorAll("[data-inline-new]")) {
    const prefix = `${part.closest("[data-field]").dataset.field}.new.`;
    if (draft.some(([name]) => name.startsWith(prefix))) part.open = true;
  }
  for (const picker of form.querySelectorAll("[data-picker], [data-files]")) {
    const chosen = draft.filter(([name]) => name === picker.dataset.name);
    picker.querySelector("[data-chosen]").replaceChildren(
      ...chosen.map(([, value, label]) => chip(picker, words, value, label || value)),
    );
    picker.dispatchEvent(new Event("picker:restored"));
  }
}

/** Adds rows until the one that a name speaks of is there. */
function makeRowsFor(form, name) {
  const parts = name.split(".");
  for (let at = 1; at < parts.length; at += 1) {
    if (!/^\d+$/.test(parts[at])) continue;
    const rows = form.querySelector(`[data-rows="${CSS.escape(parts.slice(0, at).join("."))}"]`);
    for (let guard = 0; rows && Number(rows.dataset.next) <= Number(parts[at]) && guard < 200; guard += 1) addRow(rows);
  }
}

function offerToDiscard(form, words, key) {
  const note = document.createElement("div");
  note.className = "note tone-blue";
  note.setAttribute("role", "status");
  const text = document.createElement("span");
  text.className = "grow";
  text.textContent = words.restored;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-small";
  button.textContent = words.discard;
  button.addEventListener("click", () => {
    forget(key);
    location.reload();
  });
  note.append(text, button);
  form.querySelector("[data-form-body]").before(note);
}
