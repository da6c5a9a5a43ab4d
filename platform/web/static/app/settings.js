// The settings area: pickers of people and units, selects that send their form, forms that warn before
// what was typed is lost. Everything works without this file: pickers are then boxes and a search
// button, selects have a button beside them.

import { icon } from "./form_marks.js";
import { Picker, chip } from "./picker.js";

const FEWEST_LETTERS = 2;

export function startSettings(root) {
  for (const picker of root.querySelectorAll("[data-settings-picker]:not([data-bound])")) {
    picker.dataset.bound = "";
    new SettingsPicker(picker);
  }
  for (const select of root.querySelectorAll("select[data-sends]:not([data-bound])")) {
    select.dataset.bound = "";
    select.addEventListener("change", () => select.form.requestSubmit());
  }
}

/** A picker over the whole organisation: searches by GET, shows who somebody is by initials. */
class SettingsPicker extends Picker {
  constructor(root) {
    prepare(root);
    const { removeWords, noneWords, moreWords, failedWords } = root.dataset;
    const words = { remove: removeWords, none: noneWords, more: moreWords, failed: failedWords };
    super(root, root, words, () => root.dispatchEvent(new Event("change", { bubbles: true })));
    this.status = root.parentElement.querySelector("[data-picker-status]");
  }

  get isTooShort() {
    const letters = this.search.value.trim().length;
    return letters < FEWEST_LETTERS && !(letters === 0 && "opens" in this.root.dataset);
  }

  async ask() {
    if (!this.isTooShort) {
      await super.ask();
    } else if (this.search.value.trim()) {
      this.tell(this.root.dataset.shortWords);
    } else {
      this.close();
    }
  }

  send() {
    const url = new URL(this.root.dataset.pickUrl, location.href);
    url.searchParams.set("q", this.search.value.trim());
    url.searchParams.set("exclude", [...this.chips.children].map((one) => one.dataset.value).join(","));
    return fetch(url);
  }

  show(page) {
    super.show(page);
    const count = page.candidates.filter((one) => one.usable).length;
    if (count) this.status.textContent = this.root.dataset.foundWords.replace("{count}", page.more ? `${count}+` : count);
  }

  tell(text) {
    super.tell(text);
    this.status.textContent = text;
  }

  option(one, at) {
    const option = super.option(one, at);
    option.dataset.initials = one.initials;
    option.dataset.tone = one.tone;
    option.title = one.detail;
    const text = document.createElement("span");
    text.className = "picker-text";
    text.append(...option.childNodes);
    option.append(this.mark(one.initials, one.tone, "s"), text);
    return option;
  }

  chipOf(option) {
    const made = chip(this.root, this.words, option.dataset.value, option.dataset.label);
    made.title = option.title;
    made.prepend(this.mark(option.dataset.initials, option.dataset.tone, "xs"));
    return made;
  }

  mark(initials, tone, size) {
    const mark = document.createElement("span");
    mark.className = `avatar ${size} tone-${tone}${this.root.dataset.settingsPicker === "units" ? " unit" : ""}`;
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = initials;
    return mark;
  }
}

/** Turns the boxes and the plain search field of a page without script into a combobox. */
function prepare(root) {
  const search = root.querySelector(".picker-search");
  const list = root.querySelector(".picker-list");
  for (const part of root.parentElement.querySelectorAll("[data-without-script]")) part.remove();
  search.removeAttribute("name");
  search.setAttribute("role", "combobox");
  search.setAttribute("aria-expanded", "false");
  search.setAttribute("aria-autocomplete", "list");
  search.setAttribute("aria-controls", list.id);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-labelledby", `${search.id}-label`);
  for (const item of root.querySelectorAll("[data-chosen] > li")) {
    const box = item.querySelector("input");
    const value = document.createElement("input");
    value.type = "hidden";
    value.name = box.name;
    value.value = box.value;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "chip-remove";
    remove.dataset.remove = "";
    remove.setAttribute("aria-label", root.dataset.removeWords.replace("{name}", item.dataset.label));
    remove.append(icon("x", "xs"));
    const shown = [...item.querySelector("label").childNodes].filter((one) => one !== box);
    item.replaceChildren(...shown, value, remove);
  }
}
