// Pickers of people, units and records: chips and a search box (the combobox pattern of ARIA). The
// server searches, ignoring marks, and says of each that cannot be chosen why.

import { icon } from "./form_marks.js";
import { addRow } from "./form_rows.js";

const WAIT_MS = 180;

/** Makes the pickers below a root work. `form` gives the values that candidates depend on. */
export function bindPickers(root, body, words, changed) {
  for (const picker of root.querySelectorAll("[data-picker]:not([data-bound])")) {
    picker.dataset.bound = "";
    new Picker(picker, body, words, changed);
  }
}

/** One picker: a search box, chips for what is chosen, candidates below. */
export class Picker {
  constructor(root, body, words, changed) {
    this.root = root;
    this.body = body;
    this.words = words;
    this.changed = changed;
    this.search = root.querySelector("[role=combobox]");
    this.list = root.querySelector("[role=listbox]");
    this.chips = root.querySelector("[data-chosen]");
    this.active = -1;
    this.asked = 0;
    this.search.addEventListener("input", () => this.later());
    this.search.addEventListener("click", () => this.later());
    this.search.addEventListener("keydown", (event) => this.key(event));
    this.search.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    this.chips.addEventListener("click", (event) => this.remove(event.target.closest("[data-remove]")));
    root.addEventListener("click", (event) => { if (event.target === root || event.target === this.chips) this.search.focus(); });
    root.addEventListener("picker:restored", () => this.fit());
    this.fit();
  }

  get many() {
    return "many" in this.root.dataset;
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    if (document.activeElement !== this.search) return;
    const asked = (this.asked += 1);
    try {
      const answer = await this.send();
      if (!answer.ok) throw new Error(String(answer.status));
      const page = await answer.json();
      if (asked === this.asked) this.show(page);
    } catch {
      if (asked === this.asked) this.tell(this.words.failed);
    }
  }

  /** Asks the server for candidates. */
  send() {
    return fetch(this.body.dataset.pickUrl, { method: "POST", body: this.question() });
  }

  /** What the form holds so far goes along: the people of the unit that was chosen in this row. */
  question() {
    const form = this.root.closest("form");
    const given = new FormData();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && (!name.startsWith("_") || name === "csrf_token")) given.append(name, value.slice(0, 500));
    }
    const { module, action, record, owner, relation } = this.body.dataset;
    given.append("_module", module);
    given.append("_form", action);
    given.append("_name", this.root.dataset.name.replace(/\.id$/, ""));
    given.append("_q", this.search.value.trim());
    if (record) given.append("_record", record);
    if (owner) given.append("_owner", owner);
    if (relation) given.append("_relation", relation);
    for (const chip of this.chips.children) given.append("_chosen", chip.dataset.value);
    return given;
  }

  show(page) {
    const chosen = new Set([...this.chips.children].map((chip) => chip.dataset.value));
    const candidates = page.candidates.filter((one) => !chosen.has(one.value));
    const groups = this.fitting(page.groups ?? []);
    if (!candidates.length && !groups.length) {
      this.tell(page.reason || this.words.none, page.askable);
      return;
    }
    const shown = [...groups.map((one) => ({ ...one, value: "", usable: true })), ...candidates];
    this.list.replaceChildren(...shown.map((one, at) => this.option(one, at)));
    if (page.more) this.list.append(note(this.words.more));
    this.open();
    this.active = -1;
    const first = shown.findIndex((one) => one.usable && !one.members);
    if (first >= 0) this.move(first);
  }

  /** Groups whose members this picker can take: several here, or each in a row of its own. */
  fitting(groups) {
    return this.many || this.root.closest("[data-row]") ? groups : [];
  }

  option(one, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.value = one.value;
    option.dataset.label = one.label;
    const name = document.createElement("span");
    name.className = "picker-name";
    name.textContent = one.label;
    const detail = document.createElement("small");
    detail.textContent = one.usable ? [one.detail, one.note].filter(Boolean).join(" · ") : one.reason || one.detail;
    if (one.members) option.prepend(icon("users", "s"));
    else if (this.hasMarks) option.prepend(this.mark(one.initials, one.tone, "xs"));
    option.dataset.initials = one.initials ?? "";
    option.dataset.tone = one.tone ?? "";
    option.append(name, detail);
    if (!one.usable) option.setAttribute("aria-disabled", "true");
    if (!one.usable || one.warns) detail.className = "reason";
    if (one.members) option.members = one.members;
    return option;
  }

  tell(text, askable = false) {
    this.list.replaceChildren(note(text));
    if (askable && this.body.dataset.askUrl) this.list.append(this.asking());
    this.active = -1;
    this.open();
  }

  /** The button that tells whoever can mend it that there is nobody to choose. */
  asking() {
    const item = document.createElement("li");
    item.className = "note-line";
    item.setAttribute("role", "presentation");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-plain btn-small";
    button.textContent = this.words.ask;
    button.addEventListener("click", async (event) => {
      event.stopPropagation();
      button.disabled = true;
      try {
        const answer = await fetch(this.body.dataset.askUrl, { method: "POST", body: this.question() });
        this.tell(answer.ok ? (await answer.json()).said : this.words.failed);
      } catch {
        this.tell(this.words.failed);
      }
    });
    item.append(button);
    return item;
  }

  open() {
    this.list.hidden = false;
    this.list.scrollIntoView({ block: "nearest" });
    this.search.setAttribute("aria-expanded", "true");
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.list.hidden = true;
    this.search.setAttribute("aria-expanded", "false");
    this.search.removeAttribute("aria-activedescendant");
    this.active = -1;
  }

  move(to) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    options[this.active]?.setAttribute("aria-selected", "false");
    this.active = options.length ? (to + options.length) % options.length : -1;
    const option = options[this.active];
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.search.setAttribute("aria-activedescendant", option.id);
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) this.move(this.active + (event.key === "ArrowDown" ? 1 : -1));
      else this.ask();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (open) this.choose(this.list.querySelectorAll("[role=option]")[this.active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.search.value && this.chips.lastElementChild) {
      this.drop(this.chips.lastElementChild);
    }
  }

  choose(option) {
    if (!option || option.getAttribute("aria-disabled") === "true") return;
    if (option.members) this.chooseAll(option.members);
    else this.take(option);
    this.search.value = "";
    this.close();
    this.fit();
    this.changed(this.root);
    this.search.focus();
    clearTimeout(this.timer);
  }

  take(option) {
    if (!this.many) this.chips.replaceChildren();
    this.chips.append(this.chipOf(option));
  }

  /** Takes a whole group: here where several may stand, else each in a row of its own. */
  chooseAll(members) {
    const taken = new Set([...this.chips.children].map((one) => one.dataset.value));
    const fresh = members.filter((one) => !taken.has(one.value));
    if (this.many) {
      this.chips.append(...fresh.map((one) => this.markedChip(this.root, one)));
      return;
    }
    const rows = this.root.closest("[data-rows]");
    const last = this.root.dataset.name.split(".").at(-1);
    let picker = this.chips.childElementCount ? null : this.root;
    for (const one of fresh) {
      if (!picker) {
        const row = addRow(rows);
        this.changed(row);
        picker = [...row.querySelectorAll("[data-picker]")].find((other) => other.dataset.name.endsWith(`.${last}`));
      }
      picker.querySelector("[data-chosen]").append(this.markedChip(picker, one));
      picker.dispatchEvent(new Event("picker:restored"));
      picker = null;
    }
  }

  chipOf(option) {
    return this.markedChip(this.root, option.dataset);
  }

  /** People and units carry their initials. */
  get hasMarks() {
    return ["people", "units"].includes(this.root.dataset.shape);
  }

  markedChip(root, one) {
    const made = chip(root, this.words, one.value, one.label);
    if (this.hasMarks) made.prepend(this.mark(one.initials, one.tone, "xs"));
    return made;
  }

  mark(initials, tone, size) {
    const mark = document.createElement("span");
    mark.className = `avatar ${size} tone-${tone}${this.root.dataset.shape === "units" ? " unit" : ""}`;
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = initials;
    return mark;
  }

  remove(button) {
    if (!button) return;
    this.drop(button.closest("[data-value]"));
    this.search.focus();
  }

  drop(item) {
    item.remove();
    this.fit();
    this.changed(this.root);
  }

  /** A single one that is chosen leaves no room for a second. */
  fit() {
    this.root.classList.toggle("is-full", !this.many && this.chips.childElementCount > 0);
  }
}

function note(text) {
  const item = document.createElement("li");
  item.className = "note-line";
  item.setAttribute("role", "status");
  item.textContent = text;
  return item;
}

/** Makes one chip with the value that is sent. */
export function chip(root, words, value, label) {
  const item = document.createElement("li");
  item.className = "chip chosen";
  item.dataset.value = value;
  item.dataset.label = label;
  const text = document.createElement("span");
  text.className = "clip";
  text.textContent = label;
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = root.dataset.name;
  input.value = value;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "chip-remove";
  remove.dataset.remove = "";
  remove.setAttribute("aria-label", words.remove.replace("{name}", label));
  remove.append(icon("x", "xs"));
  item.append(text, input, remove);
  return item;
}
