// A roll that is called: lines are found by name and narrowed to a status; the counts follow every press.
export function startMarkSheets(root) {
  const sheet = document.querySelector("[data-mark-sheet]");
  if (!sheet) return;
  if (!sheet.dataset.bound) {
    sheet.dataset.bound = "";
    sheet.querySelector("[data-mark-find]").hidden = false;
    sheet.querySelector("[data-mark-find] input").addEventListener("input", () => show(sheet));
    sheet.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-mark-only]");
      if (!chip) return;
      const chosen = chip.getAttribute("aria-pressed") !== "true";
      for (const one of sheet.querySelectorAll("[data-mark-only]")) one.setAttribute("aria-pressed", String(one === chip && chosen));
      show(sheet);
    });
  } else if (sheet.contains(root) && root.dataset?.liveUrl && window.htmx) {
    window.htmx.process(root);
  }
  show(sheet);
}

function show(sheet) {
  const wanted = fold(sheet.querySelector("[data-mark-find] input").value.trim());
  const only = sheet.querySelector("[data-mark-only][aria-pressed=true]")?.dataset.markOnly;
  const lines = [...sheet.querySelectorAll(".mark-line")];
  for (const line of lines) line.hidden = !fold(line.dataset.name).includes(wanted) || (only && line.dataset.status !== only && !line.contains(document.activeElement));
  for (const chip of sheet.querySelectorAll("[data-mark-only]")) {
    chip.querySelector("[data-mark-count]").textContent = lines.filter((line) => line.dataset.status === chip.dataset.markOnly).length;
  }
}

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
}
