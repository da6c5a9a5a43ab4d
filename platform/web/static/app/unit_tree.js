// The unit tree: without scripts a list of links, open down to the unit that is shown. Here branches
// open in place, keys move as in any tree, searching goes on while one types, units are dragged among
// their neighbours, and a small toolbar follows the pointer.
const FRAGMENT = "X-Fragment";
const PAUSE = 180;
const TYPING = 800;

export function startUnitTrees(root) {
  for (const pane of root.querySelectorAll("[data-tree-pane]:not([data-bound])")) {
    pane.dataset.bound = "";
    new Pane(pane);
  }
}

class Pane {
  constructor(pane) {
    this.pane = pane;
    this.tree = pane.querySelector("[data-unit-tree]");
    this.found = pane.querySelector("[data-tree-found]");
    this.status = pane.querySelector("[data-tree-status]");
    this.typed = "";
    for (const part of pane.querySelectorAll("[data-without-script]")) part.remove();
    this.bindSearch(pane.querySelector("[data-tree-search]"));
    if (!this.tree) return;
    this.rove(this.tree.querySelector("[aria-selected=true]") ?? this.items()[0]);
    this.tree.addEventListener("click", (event) => this.click(event));
    this.tree.addEventListener("keydown", (event) => this.key(event));
    this.tree.addEventListener("focusin", (event) => this.rove(event.target.closest("[role=treeitem]")));
    this.bindTools(document.querySelector("[data-tree-tools]"));
    this.bindDragging();
    this.reveal(this.tree.querySelector("[aria-selected=true]"));
  }

  items() {
    return [...this.tree.querySelectorAll("[role=treeitem]")].filter((one) => !one.closest("[role=group][hidden]"));
  }

  rove(item) {
    if (!item) return;
    for (const one of this.tree.querySelectorAll("[role=treeitem]")) one.tabIndex = one === item ? 0 : -1;
  }

  reveal(item) {
    const body = this.pane.querySelector("[data-tree-body]");
    if (!item || body.scrollHeight <= body.clientHeight) return;
    body.scrollTop += item.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3;
  }

  click(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || !(event.target.closest(".tree-twist") || !item.href)) return;
    if (!item.hasAttribute("aria-expanded")) return;
    event.preventDefault();
    this.toggle(item);
  }

  isOpen(item) {
    return item.getAttribute("aria-expanded") === "true";
  }

  async toggle(item, open = !this.isOpen(item)) {
    const group = document.getElementById(item.getAttribute("aria-owns"));
    if (!group) return;
    if (open && !group.children.length && !(await this.load(item, group))) return;
    group.hidden = !open;
    item.setAttribute("aria-expanded", open);
  }

  async load(item, group) {
    item.setAttribute("aria-busy", "true");
    this.status.textContent = this.pane.dataset.loadingWords;
    try {
      const id = item.parentElement.dataset.node;
      const answer = await fetch(this.pane.dataset.childrenUrl.replace("/0/", `/${id}/`));
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      group.innerHTML = await answer.text();
      for (const one of group.querySelectorAll("[role=treeitem]")) one.tabIndex = -1;
      this.status.textContent = "";
      return true;
    } catch {
      this.status.textContent = this.pane.dataset.failedWords;
      return false;
    } finally {
      item.removeAttribute("aria-busy");
    }
  }

  key(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const items = this.items();
    const at = items.indexOf(item);
    const moves = { ArrowDown: items[at + 1], ArrowUp: items[at - 1], Home: items[0], End: items.at(-1) };
    if (event.key in moves) {
      moves[event.key]?.focus();
    } else if (event.key === "ArrowRight") {
      if (item.hasAttribute("aria-expanded")) this.isOpen(item) ? items[at + 1]?.focus() : this.toggle(item, true);
    } else if (event.key === "ArrowLeft") {
      this.isOpen(item) ? this.toggle(item, false) : this.above(item)?.focus();
    } else if ((event.key === " " && !this.typed) || (event.key === "Enter" && !item.href)) {
      item.href ? item.click() : this.toggle(item);
    } else if (event.key === "*") {
      for (const one of item.closest("ul").children) this.toggle(one.querySelector("[role=treeitem]"), true);
    } else if (event.key.length === 1 && /\p{L}|\p{N}| /u.test(event.key)) {
      this.type(event.key, items, at);
    } else {
      return;
    }
    event.preventDefault();
  }

  above(item) {
    return item.closest("[role=group]")?.parentElement.querySelector("[role=treeitem]");
  }

  /** Goes to the next unit whose name begins with what is typed; marks do not count. */
  type(letter, items, at) {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => (this.typed = ""), TYPING);
    this.typed += fold(letter);
    const start = this.typed.length > 1 ? at : at + 1;
    const ordered = [...items.slice(start), ...items.slice(0, start)];
    ordered.find((one) => fold(one.querySelector(".tree-name").textContent).startsWith(this.typed))?.focus();
  }

  // --- Searching ---

  bindSearch(search) {
    search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.find(search), PAUSE);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      const first = this.found.hidden ? this.tree?.querySelector("[tabindex='0']") : this.found.querySelector("a");
      first?.focus();
      event.preventDefault();
    });
    this.found.addEventListener("keydown", (event) => {
      const links = [...this.found.querySelectorAll("a")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const next = links[links.indexOf(event.target) + step];
      (next ?? (step < 0 ? search : null))?.focus();
      event.preventDefault();
    });
  }

  async find(search) {
    const words = search.value.trim();
    const asked = (this.asked = (this.asked ?? 0) + 1);
    if (!words) {
      if (this.tree) this.show(false);
      return;
    }
    const url = new URL(this.pane.dataset.findUrl, location.href);
    url.searchParams.set("q", words);
    try {
      const answer = await fetch(url, { headers: { [FRAGMENT]: "tree" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (asked !== this.asked) return;
      this.found.innerHTML = html;
      this.show(true);
      this.status.textContent = String(this.found.querySelectorAll("li").length);
    } catch {
      this.status.textContent = this.pane.dataset.failedWords;
    }
  }

  show(found) {
    this.found.hidden = !found;
    if (this.tree) this.tree.hidden = found;
  }

  // --- The toolbar and dragging ---

  bindTools(tools) {
    if (!tools || !matchMedia("(hover: hover)").matches) return;
    const patterns = [...tools.querySelectorAll("a")].map((one) => [one, one.getAttribute("href")]);
    const hide = () => (tools.hidden = true);
    this.tree.addEventListener("mouseover", (event) => {
      const item = event.target.closest("a[role=treeitem]");
      if (!item) return;
      const id = item.parentElement.dataset.node;
      for (const [link, pattern] of patterns) {
        link.href = link.dataset.tool === "parent" ? pattern.replace("parent=0", `parent=${id}`) : pattern.replace("/0", `/${id}`);
      }
      tools.hidden = false;
      const box = item.getBoundingClientRect();
      tools.style.left = `${box.right - tools.offsetWidth - 30}px`;
      tools.style.top = `${box.top + (box.height - tools.offsetHeight) / 2}px`;
    });
    this.pane.addEventListener("mouseleave", (event) => tools.contains(event.relatedTarget) || hide());
    tools.addEventListener("mouseleave", (event) => this.tree.contains(event.relatedTarget) || hide());
    this.pane.querySelector("[data-tree-body]").addEventListener("scroll", hide);
    addEventListener("scroll", hide, { passive: true });
  }

  bindDragging() {
    const form = document.querySelector("[data-place-form]");
    if (!form) return;
    let dragged = null;
    const target = (event) => {
      const item = event.target.closest?.("[data-node]");
      return item && dragged && item !== dragged && item.parentElement === dragged.parentElement ? item : null;
    };
    const clear = () => this.tree.querySelector("[data-drop-before]")?.removeAttribute("data-drop-before");
    this.tree.addEventListener("dragstart", (event) => (dragged = event.target.closest("[data-node]")));
    this.tree.addEventListener("dragend", () => {
      clear();
      dragged = null;
    });
    this.tree.addEventListener("dragover", (event) => {
      const item = target(event);
      clear();
      if (!item) return;
      event.preventDefault();
      item.dataset.dropBefore = "";
    });
    this.tree.addEventListener("drop", (event) => {
      const item = target(event);
      if (!item) return;
      event.preventDefault();
      form.action = form.dataset.action.replace("/0/", `/${dragged.dataset.node}/`);
      form.elements.before.value = item.dataset.node;
      form.submit();
    });
  }
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
}
