// Forms that definitions make: conditions, rows, pickers, files, calendars and the draft. Everything
// works on data- attributes; without scripts the same form is sent and checked by the server.

import { applyConditions } from "./form_conditions.js";
import { bindCopies, keepDraft } from "./form_draft.js";
import { bindFiles } from "./form_files.js";
import { bindDrops, keepPreview } from "./form_preview.js";
import { bindRows } from "./form_rows.js";
import { bindPickers } from "./picker.js";
import { dayOf } from "./form_values.js";

/** Makes every form below a root work; safe to call again after a part of the page was replaced. */
export function startForms(root) {
  for (const body of root.querySelectorAll("[data-form-body]:not([data-bound])")) {
    body.dataset.bound = "";
    startForm(body);
  }
}

function startForm(body) {
  const form = body.closest("form");
  const words = JSON.parse(body.querySelector("template[data-words]").content.textContent);
  const changed = (place) => {
    bindParts(place);
    applyConditions(body);
    form.dispatchEvent(new CustomEvent("form:changed"));
  };
  const bindParts = (place) => {
    bindPickers(place, body, words, changed);
    bindFiles(place, words, changed);
    bindCalendars(place, body);
    bindInline(place, changed);
  };
  bindParts(body);
  bindRows(body, changed);
  bindCopies(form, words, changed);
  bindDrops(form, changed);
  keepDraft(form, words, changed);
  keepPreview(form);
  applyConditions(body);
  for (const kind of ["input", "change"]) body.addEventListener(kind, () => applyConditions(body));
}

/** A closed record made in place is not sent; an opened one puts the chosen record aside. */
function bindInline(root, changed) {
  for (const part of root.querySelectorAll("[data-inline-new]:not([data-bound])")) {
    part.dataset.bound = "";
    const set = () => {
      for (const input of part.querySelectorAll("input, select, textarea")) input.disabled = !part.open;
    };
    part.addEventListener("toggle", () => {
      set();
      if (part.open) part.querySelector("input:not([type=hidden]), textarea")?.focus();
      changed(part);
    });
    set();
  }
}

/** A button beside a day opens the browser's own calendar; the text stays free to type. */
function bindCalendars(root, body) {
  const context = JSON.parse(body.querySelector("[data-form-context]").textContent);
  for (const control of root.querySelectorAll("[data-time]:not([data-bound])")) {
    control.dataset.bound = "";
    const text = control.querySelector("input");
    const button = control.querySelector("[data-open-calendar]");
    const calendar = document.createElement("input");
    calendar.type = control.dataset.time === "date" ? "date" : "datetime-local";
    calendar.className = "calendar-behind";
    calendar.tabIndex = -1;
    calendar.setAttribute("aria-hidden", "true");
    if (!("showPicker" in calendar)) continue;
    control.append(calendar);
    button.hidden = false;
    button.addEventListener("click", () => {
      calendar.value = "";
      const day = dayOf(text.value.trim().toLowerCase().split(" ")[0], context);
      if (day) calendar.value = calendar.type === "date" ? day : `${day}T${/(\d{2}:\d{2})/.exec(text.value)?.[1] ?? "17:00"}`;
      try {
        calendar.showPicker();
      } catch { /* the browser refuses: the text can still be typed */ }
    });
    calendar.addEventListener("change", () => {
      const [day, clock] = calendar.value.split("T");
      if (!day) return;
      text.value = day.split("-").reverse().join("/") + (clock ? ` ${clock.slice(0, 5)}` : "");
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.focus();
    });
  }
}
