// Keeps what is typed in this tab, so that a reload, a lost session or a slip of the hand costs nothing,
// and where a form makes records also on the server, so that another device can go on. What was sent is
// forgotten; values that a refused form brings back come before the draft.

import { addRow } from "./form_rows.js";
import { headlessParts } from "./form_values.js";
import { chip } from "./picker.js";

const PREFIX = "draft:";
const WAIT_MS = 400;
const SERVER_WAIT_MS = 2500;

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
    goOnWith(form, sessionStorage.getItem(`${key}:kept`));
    offerToDiscard(form, words, key);
  }
  let timer;
  const save = () => {
    const now = typed(form);
    if (JSON.stringify(now) === fresh) forget(key);
    else store(key, JSON.stringify(now));
  };
  keepOnServer(form, words, () => JSON.stringify(typed(form)), fresh, `${key}:kept`);
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
  sessionStorage.removeItem(`${key}:kept`);
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

/** Writes on in the draft that the server has, instead of beginning another one. */
function goOnWith(form, kept) {
  const place = form.querySelector("[name=_draft]");
  if (!kept || !place) return;
  [place.value, form.querySelector("[name=_draft_version]").value] = kept.split(":");
  document.querySelector("[data-draft-offer]")?.remove();
}

/** Writes the draft to the server a little after the last change; says when, or that it could not. */
function keepOnServer(form, words, now, fresh, keptKey) {
  const state = document.querySelector("[data-draft-state]");
  if (!form.dataset.draftUrl || !state) return;
  let kept = fresh;
  let timer;
  let busy = false;
  const save = async () => {
    const text = now();
    if (busy || text === kept || form.getAttribute("aria-busy")) return;
    busy = true;
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: headlessParts(form) });
      const said = await answer.json();
      state.textContent = said.said;
      if (answer.ok) {
        kept = text;
        goOnWith(form, `${said.id}:${said.version}`);
        store(keptKey, `${said.id}:${said.version}`);
      }
    } catch {
      state.textContent = words.offline;
      timer = setTimeout(save, SERVER_WAIT_MS * 4);
    } finally {
      busy = false;
    }
  };
  for (const kind of ["input", "change", "form:changed"]) {
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(save, SERVER_WAIT_MS);
    });
  }
}

/** The button of a block that makes another one like it. */
export function bindCopies(form, words, changed) {
  const show = () => {
    for (const button of form.querySelectorAll("[data-copy-row]")) button.hidden = false;
  };
  show();
  form.addEventListener("form:changed", show);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy-row]");
    if (!button) return;
    const row = button.closest("[data-row]");
    const rows = row.closest("[data-rows]");
    const from = `${row.dataset.row}.`;
    const to = `${rows.dataset.rows}.${rows.dataset.next}.`;
    const values = typed(form).filter(([name]) => name.startsWith(from));
    const copied = values.map(([name, value, label]) => [to + name.slice(from.length), value, label]);
    restore(form, [...typed(form), ...copied], words, changed);
    changed(form);
  });
}
