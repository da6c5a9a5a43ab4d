// Menus are <details>: they open without scripts; here they close on Escape and on a click elsewhere,
// stay on the screen, and only one is open at a time. The drawer of the phone closes on Escape too.
let watching = false;

export function startMenus(root) {
  for (const menu of root.querySelectorAll("details[data-menu]:not([data-bound])")) {
    menu.dataset.bound = "";
    menu.addEventListener("toggle", () => menu.open && opened(menu));
  }
  if (watching) return;
  watching = true;
  document.addEventListener("click", (event) => closeOthers(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (location.hash === "#menu") {
      location.hash = "#main";
    }
  });
}

function opened(menu) {
  closeOthers(menu);
  const panel = menu.querySelector(".menu-panel");
  if (!panel) return;
  if (menu.closest(".table-scroll")) {
    standBeside(menu, panel);
    return;
  }
  menu.classList.remove("flipped");
  const box = panel.getBoundingClientRect();
  const below = box.bottom > innerHeight - 8 && !menu.classList.contains("upwards");
  if (below && menu.getBoundingClientRect().top > box.height) menu.classList.add("upwards");
  if (box.left < 8) menu.classList.add("from-left");
}

/** A table that scrolls sideways would cut its menus off: they stand over it, beside their button. */
function standBeside(menu, panel) {
  const at = menu.querySelector("summary").getBoundingClientRect();
  const { style } = panel;
  style.position = "fixed";
  style.right = "auto";
  style.bottom = "auto";
  const box = panel.getBoundingClientRect();
  const below = at.bottom + 4 + box.height <= innerHeight - 8;
  style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - box.height - 4)}px`;
  style.left = `${Math.max(8, Math.min(at.right - box.width, innerWidth - box.width - 8))}px`;
  const away = (event) => {
    if (!event.target.contains?.(menu) || panel.contains(event.target)) return;
    menu.open = false;
  };
  document.addEventListener("scroll", away, { capture: true, passive: true });
  menu.addEventListener("toggle", () => document.removeEventListener("scroll", away, { capture: true }), { once: true });
}

function closeOthers(keep) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== keep && !menu.contains(keep)) menu.open = false;
  }
}
