// Trees in lists: a branch is asked for when it is opened, and stands below its row. Without script the
// same link leads to a page of the branch.

export function startListTrees(root) {
  for (const body of root.querySelectorAll("[data-tree-rows]:not([data-bound])")) {
    body.dataset.bound = "";
    body.addEventListener("click", (event) => {
      const toggle = event.target.closest("[data-branch]");
      if (!toggle || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      turn(body, toggle);
    });
    body.addEventListener("keydown", (event) => {
      const toggle = event.target.closest("tr")?.querySelector("[data-branch]");
      if (!toggle || !event.target.closest("[data-branch], [data-row-link]")) return;
      const open = toggle.getAttribute("aria-expanded") === "true";
      if ((event.key === "ArrowRight" && !open) || (event.key === "ArrowLeft" && open) || (event.key === " " && event.target === toggle)) {
        event.preventDefault();
        turn(body, toggle);
      }
    });
  }
}

async function turn(body, toggle) {
  const row = toggle.closest("tr");
  if (toggle.getAttribute("aria-expanded") === "true") {
    close(body, row.dataset.record);
    toggle.setAttribute("aria-expanded", "false");
    return;
  }
  if (toggle.getAttribute("aria-busy") === "true") return;
  toggle.setAttribute("aria-busy", "true");
  try {
    const url = new URL(toggle.href);
    url.searchParams.set("part", "1");
    url.searchParams.set("depth", toggle.dataset.branch);
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(String(answer.status));
    const part = document.createElement("template");
    part.innerHTML = await answer.text();
    const rows = [...part.content.querySelectorAll("tr")];
    row.after(...rows);
    if (window.htmx) for (const one of rows) window.htmx.process(one);
    body.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: body } }));
    toggle.setAttribute("aria-expanded", "true");
  } catch {
    const told = document.createElement("tr");
    told.dataset.parent = row.dataset.record;
    const cell = told.insertCell();
    cell.colSpan = row.cells.length;
    cell.className = "small quiet";
    cell.setAttribute("role", "alert");
    cell.textContent = body.dataset.failedWords;
    close(body, row.dataset.record);
    row.after(told);
  } finally {
    toggle.removeAttribute("aria-busy");
  }
}

function close(body, record) {
  for (const row of [...body.querySelectorAll(`tr[data-parent="${record}"]`)]) {
    if (row.dataset.record) close(body, row.dataset.record);
    row.remove();
  }
}
