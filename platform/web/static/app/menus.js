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
  menu.classList.remove("flipped");
  const box = panel.getBoundingClientRect();
  const below = box.bottom > innerHeight - 8 && !menu.classList.contains("upwards");
  if (below && menu.getBoundingClientRect().top > box.height) menu.classList.add("upwards");
  if (box.left < 8) menu.classList.add("from-left");
}

function closeOthers(keep) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== keep && !menu.contains(keep)) menu.open = false;
  }
}
