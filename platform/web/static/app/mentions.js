// Typing @ and letters in a comment offers people who may see the record; choosing one writes the name
// and sends the id along. Without it `@user.name` in the text does the same.
const TYPED = /(?:^|[\s(])@([^\s@][^@\n]{0,40})?$/u;
const WAIT = 180;

export function startMentions(root) {
  for (const box of root.querySelectorAll("textarea[data-mentions]:not([data-bound])")) {
    box.dataset.bound = "";
    new Mentions(box);
  }
}

class Mentions {
  constructor(box) {
    this.box = box;
    this.asked = 0;
    this.active = -1;
    this.list = box.parentElement.querySelector("[role=listbox]");
    box.setAttribute("aria-controls", this.list.id);
    box.setAttribute("aria-autocomplete", "list");
    box.addEventListener("input", (event) => !event.isComposing && this.look());
    box.addEventListener("compositionend", () => this.look());
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  look() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const found = TYPED.exec(before);
    clearTimeout(this.timer);
    if (!found || (found[1] ?? "").split(" ").length > 4) {
      this.close();
      return;
    }
    this.q = found[1] ?? "";
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const asked = (this.asked += 1);
    try {
      const answer = await fetch(`${this.box.dataset.mentions}?q=${encodeURIComponent(this.q)}`);
      if (!answer.ok || asked !== this.asked) return;
      this.show((await answer.json()).people);
    } catch {
      this.close();
    }
  }

  show(people) {
    if (!people.length) {
      this.close();
      return;
    }
    this.list.replaceChildren(...people.map((one, at) => this.option(one, at)));
    this.list.hidden = false;
    this.list.scrollIntoView({ block: "nearest" });
    this.active = -1;
    this.move(0);
  }

  option(one, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.dataset.value = one.id;
    option.dataset.name = one.name;
    const name = document.createElement("span");
    name.textContent = one.name;
    const detail = document.createElement("small");
    detail.textContent = one.detail;
    option.append(name, detail);
    return option;
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(this.active + (event.key === "ArrowDown" ? 1 : -1));
    } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      event.preventDefault();
      this.choose(this.list.children[this.active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  move(to) {
    const options = [...this.list.children];
    options[this.active]?.setAttribute("aria-selected", "false");
    this.active = (to + options.length) % options.length;
    options[this.active].setAttribute("aria-selected", "true");
    this.box.setAttribute("aria-activedescendant", options[this.active].id);
  }

  choose(option) {
    if (!option) return;
    const end = this.box.selectionStart;
    const start = this.box.value.lastIndexOf("@", end - 1);
    this.box.setRangeText(`@${option.dataset.name} `, start, end, "end");
    const sent = document.createElement("input");
    sent.type = "hidden";
    sent.name = "mention";
    sent.value = option.dataset.value;
    this.box.form.append(sent);
    this.close();
    this.box.focus();
    this.box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.list.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
  }
}
