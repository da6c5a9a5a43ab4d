// Choosing rows of a list: a bar says how many are chosen and leads to what can be done to them.
// Without script the check boxes and the button of the same form do it.
export function startSelections(root) {
  for (const bar of root.querySelectorAll("[data-selection]")) {
    if (bar.dataset.selectionReady) continue;
    bar.dataset.selectionReady = "true";
    const list = document.getElementById(bar.dataset.selection);
    const boxes = () => [...list.querySelectorAll("input[name=record]")];
    const all = list.querySelector("[data-select-all]");
    const count = bar.querySelector("[data-selection-count]");
    const update = () => {
      const chosen = boxes().filter((box) => box.checked).length;
      count.textContent = String(chosen);
      bar.hidden = chosen === 0;
      if (all) {
        all.checked = chosen > 0 && chosen === boxes().length;
        all.indeterminate = chosen > 0 && chosen < boxes().length;
      }
    };
    list.addEventListener("change", (event) => {
      if (event.target === all) for (const box of boxes()) box.checked = all.checked;
      update();
    });
    bar.querySelector("[data-selection-clear]")?.addEventListener("click", () => {
      for (const box of boxes()) box.checked = false;
      update();
    });
    bar.classList.add("ready");
    update();
  }
}
