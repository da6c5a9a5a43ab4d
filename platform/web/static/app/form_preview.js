// Beside a form that makes records: what sending it would do, asked anew while one types, and the
// buttons that mend a clash. Without scripts the same buttons ask the server for the page again.

import { headlessParts } from "./form_values.js";

const WAIT_MS = 900;

/** Asks the server what sending would do whenever the form has been changed, and shows it. */
export function keepPreview(form) {
  const place = form.querySelector("[data-preview]");
  if (!place || !form.dataset.previewUrl) return;
  for (const part of form.querySelectorAll(".form-side [data-without-script]")) part.remove();
  let timer;
  let asked = 0;
  const ask = async () => {
    const mine = (asked += 1);
    try {
      const answer = await fetch(form.dataset.previewUrl, { method: "POST", body: headlessParts(form) });
      if (!answer.ok || mine !== asked) return;
      place.innerHTML = await answer.text();
    } catch { /* without a connection the last answer stays */ }
  };
  for (const kind of ["input", "change", "form:changed"]) {
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    });
  }
  if ("begun" in form.dataset) timer = setTimeout(ask, 0);
}

/** A button that takes one choice out of a control: done here, without a way to the server. */
export function bindDrops(form, changed) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop]");
    if (!button) return;
    const picker = [...form.querySelectorAll("[data-picker]")].find((one) => one.dataset.name === button.dataset.drop);
    const chosen = picker && [...picker.querySelectorAll("[data-chosen] > [data-value]")].find((one) => one.dataset.value === button.dataset.dropValue);
    if (!chosen) return;
    event.preventDefault();
    chosen.remove();
    button.closest(".clash-note")?.remove();
    picker.dispatchEvent(new Event("picker:restored"));
    changed(picker);
    picker.querySelector("input:not([type=hidden])")?.focus();
  });
}
