// Keyboard shortcuts. Single letters rest while one types or composes, and may be switched off.
const KEPT = "letter-keys-off";
let waiting = "";

export function startShortcuts(root) {
  const box = root.querySelector("[data-letter-keys]");
  if (box) {
    box.checked = localStorage.getItem(KEPT) === null;
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, "1")));
  }
  root.addEventListener("keydown", pressed);
}

function pressed(event) {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const box = document.querySelector("[data-shortcut=search]");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(KEPT)) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
  letter(event);
}

function letter(event) {
  const key = event.key;
  if (waiting === "g") {
    waiting = "";
    const target = { h: ".brand", n: ".topbar a[href$='/notifications']" }[key];
    if (target) document.querySelector(target)?.click();
    else if (/^[1-9]$/.test(key)) document.querySelectorAll("#menu nav li > a")[Number(key) - 1]?.click();
    return;
  }
  if (key === "g") {
    waiting = "g";
    setTimeout(() => (waiting = ""), 1000);
  } else if (key === "?") {
    document.getElementById("help")?.showModal();
  } else if (key === "c") {
    const summary = document.querySelector("[data-shortcut=create]");
    if (summary) {
      event.preventDefault();
      summary.click();
      summary.parentElement.querySelector("a")?.focus();
    }
  } else if (key === "j" || key === "k") {
    step(key === "j" ? 1 : -1);
  } else if (key === "x") {
    here()?.querySelector("input[type=checkbox]")?.click();
  } else if (key === "o") {
    here()?.querySelector("[data-row-link]")?.click();
  } else if (key === ".") {
    const menu = here()?.querySelector(".actions-cell details[data-menu] > summary");
    menu?.click();
    menu?.parentElement.querySelector(".menu-item")?.focus();
  } else if (key === "/") {
    const box = document.querySelector("#list-search, [data-shortcut=search]");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  }
}

function here() {
  return document.activeElement?.closest("[data-rows] > tr");
}

function step(direction) {
  const links = [...document.querySelectorAll("[data-row-link]")];
  if (!links.length) return;
  const here = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, here + direction))].focus();
}
