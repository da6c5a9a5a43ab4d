// The form of a unit: sides that its kind cannot carry are hidden, slots show where their side is on.
export function startUnitForms(root) {
  for (const form of root.querySelectorAll("[data-unit-form]:not([data-bound])")) {
    form.dataset.bound = "";
    const fit = () => fitSides(form);
    form.addEventListener("change", fit);
    fit();
  }
}

function fitSides(form) {
  const kind = form.elements.kind?.value ?? "";
  const heading = words(form.dataset.headings).includes(kind);
  for (const side of form.querySelectorAll("[data-side-kinds]")) {
    const kinds = words(side.dataset.sideKinds);
    const fitting = !heading && (!kinds.length || kinds.includes(kind));
    const box = side.querySelector("[data-side-switch]");
    side.hidden = !fitting;
    box.disabled = !fitting;
    side.querySelector(".side-slots").hidden = !box.checked;
  }
}

function words(text) {
  return (text ?? "").split(" ").filter(Boolean);
}
