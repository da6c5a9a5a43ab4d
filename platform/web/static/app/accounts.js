// Accounts in the settings area: ticked rows with the bar that works on them, a user name proposed while
// one types, and sheets that are downloaded while their page stays. All of it works without this file.

const PAUSE_MS = 300;

export function startAccounts(root) {
  for (const form of root.querySelectorAll("form[data-rows-chosen]:not([data-bound])")) {
    form.dataset.bound = "";
    new Selection(form);
  }
  for (const form of root.querySelectorAll("form[data-suggest-url]:not([data-bound])")) {
    form.dataset.bound = "";
    new Suggestion(form);
  }
  for (const picker of root.querySelectorAll(".filter-unit [data-settings-picker]:not([data-filters])")) {
    picker.dataset.filters = "";
    picker.addEventListener("change", () => picker.closest("form").requestSubmit());
  }
  for (const note of root.querySelectorAll("[data-after-download]:not([data-bound])")) {
    note.dataset.bound = "";
    note.form = note.closest("form");
    note.form.addEventListener("submit", () => {
      note.hidden = !note.form.querySelector("[data-downloads]:checked");
    });
  }
}

/** Rows that are ticked: how many there are, all at once, and buttons only when there are some. */
class Selection {
  constructor(form) {
    this.boxes = [...form.querySelectorAll("[data-select]")];
    this.everything = form.querySelector("[data-select-all-pages]");
    this.count = form.querySelector("[data-selected-count]");
    this.buttons = [...form.querySelectorAll(".bulk-bar button[name=action]")];
    this.words = this.count.dataset.words;
    this.whole = this.headBox(form);
    form.addEventListener("change", () => this.show());
    this.show();
  }

  headBox(form) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input";
    const cell = form.querySelector("thead .select-cell");
    box.setAttribute("aria-label", this.count.textContent);
    cell.replaceChildren(box);
    box.addEventListener("change", () => {
      for (const one of this.boxes) one.checked = box.checked;
    });
    return box;
  }

  show() {
    const ticked = this.boxes.filter((one) => one.checked).length;
    this.whole.checked = ticked === this.boxes.length;
    this.whole.indeterminate = ticked > 0 && ticked < this.boxes.length;
    this.count.textContent = this.words.replace("{count}", ticked);
    for (const button of this.buttons) button.disabled = !ticked && !this.everything?.checked;
  }
}

/** Fills in the user name from what is typed, until somebody types one himself. */
class Suggestion {
  constructor(form) {
    this.form = form;
    this.field = form.elements.namedItem("user_name");
    this.own = Boolean(this.field.value);
    this.field.addEventListener("input", () => {
      this.own = Boolean(this.field.value);
    });
    for (const name of ["name", "identity_number", "email"]) {
      form.elements.namedItem(name).addEventListener("input", () => this.later());
    }
  }

  later() {
    clearTimeout(this.timer);
    if (!this.own) this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const url = new URL(this.form.dataset.suggestUrl, location.href);
    for (const name of ["name", "identity_number", "email"]) {
      url.searchParams.set(name, this.form.elements.namedItem(name).value);
    }
    this.asked = url.href;
    try {
      const answer = await fetch(url);
      if (!answer.ok || this.own || this.asked !== url.href) return;
      this.field.value = (await answer.json()).user_name;
    } catch {
      // without an answer the server makes the name when the form is saved
    }
  }
}
