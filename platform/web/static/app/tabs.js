// Panels under data-tabs stand below each other; with scripts they share one place behind tabs
// (arrow keys move, as the tab pattern asks). The address' fragment opens the right one.
export function startTabs(root) {
  for (const group of root.querySelectorAll("[data-tabs]:not([data-bound])")) {
    group.dataset.bound = "";
    const panels = [...group.querySelectorAll(":scope > section")];
    if (panels.length > 1) makeTabs(group, panels);
  }
  showCurrent(root);
}

// Where a row of tabs is wider than the screen, the one that is open is scrolled to.
function showCurrent(root) {
  for (const current of root.querySelectorAll("nav.tabs > [aria-current]")) {
    const row = current.parentElement;
    const left = current.getBoundingClientRect().left - row.getBoundingClientRect().left;
    if (left + current.offsetWidth > row.clientWidth) row.scrollLeft += left - 24;
  }
}

function makeTabs(group, panels) {
  const list = document.createElement("div");
  const segments = group.dataset.tabs === "segments";
  list.className = segments ? "segments" : "tabs tabs-in-panel";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", group.getAttribute("aria-label") ?? "");
  const tabs = panels.map((panel) => makeTab(panel));
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(tabs, panels, index));
    tab.addEventListener("keydown", (event) => move(event, tabs, panels, index));
  });
  list.append(...tabs);
  const place = segments && group.parentElement.querySelector("[data-tabs-place]");
  if (place) place.replaceWith(list);
  else group.prepend(list);
  group.classList.add(segments ? "segmented" : "tabbed");
  const wanted = panels.findIndex((panel) => location.hash && (panel.id === location.hash.slice(1) || panel.querySelector(location.hash)));
  choose(tabs, panels, Math.max(0, wanted));
  if (wanted >= 0) document.querySelector(location.hash)?.scrollIntoView({ block: "center" });
}

function makeTab(panel) {
  const tab = document.createElement("button");
  tab.type = "button";
  tab.id = `${panel.id}-tab`;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", panel.id);
  tab.textContent = panel.dataset.tabLabel;
  if (Number(panel.dataset.tabCount)) {
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = panel.dataset.tabCount;
    tab.append(" ", count);
  }
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  return tab;
}

function choose(tabs, panels, chosen) {
  tabs.forEach((tab, index) => {
    tab.setAttribute("aria-selected", String(index === chosen));
    tab.tabIndex = index === chosen ? 0 : -1;
    panels[index].hidden = index !== chosen;
  });
}

function move(event, tabs, panels, index) {
  const steps = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 };
  if (!(event.key in steps)) return;
  event.preventDefault();
  const target = (steps[event.key] + tabs.length) % tabs.length;
  choose(tabs, panels, target);
  tabs[target].focus();
}
