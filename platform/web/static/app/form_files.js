// Files: the limit is said before the choice and checked at it; each file is kept at once, so that a
// form which comes back with errors still has it. Where that fails, the file goes along with the form.

import { chip } from "./picker.js";

/** Makes the file controls below a root work. */
export function bindFiles(root, words, changed) {
  for (const control of root.querySelectorAll("[data-files]:not([data-bound])")) {
    control.dataset.bound = "";
    const input = control.querySelector("input[type=file]");
    input.addEventListener("change", () => keep(control, input, words, changed));
    control.addEventListener("click", (event) => {
      const remove = event.target.closest("[data-remove]");
      if (!remove) return;
      remove.closest("[data-value]").remove();
      changed(control);
      input.focus();
    });
  }
}

async function keep(control, input, words, changed) {
  const field = control.closest("[data-field]");
  const problems = field.querySelector(".field-error");
  problems.replaceChildren();
  const most = Number(control.dataset.maxBytes || Infinity);
  const fitting = [...input.files].filter((file) => {
    if (file.size <= most) return true;
    say(problems, words.large.replace("{name}", file.name).replace("{size}", megabytes(file.size)).replace("{most}", megabytes(most)));
    return false;
  });
  const waiting = new DataTransfer();
  control.setAttribute("aria-busy", "true");
  for (const file of fitting) {
    const kept = await sent(file, control.closest("form"));
    if (kept) {
      if (!("many" in control.dataset)) control.querySelector("[data-chosen]").replaceChildren();
      control.querySelector("[data-chosen]").append(chip(control, words, String(kept.id), `${kept.name} · ${kept.size}`));
    } else {
      waiting.items.add(file);
    }
  }
  control.removeAttribute("aria-busy");
  input.files = waiting.files;
  const names = control.querySelector("[data-names-of]");
  if (names) names.textContent = [...waiting.files].map((file) => file.name).join(", ");
  changed(control);
}

async function sent(file, form) {
  const body = new FormData();
  body.append("file", file);
  body.append("csrf_token", form.querySelector("[name=csrf_token]")?.value ?? "");
  try {
    const answer = await fetch("/files", { method: "POST", body });
    return answer.status === 201 ? await answer.json() : null;
  } catch {
    return null;
  }
}

function say(place, text) {
  const line = document.createElement("p");
  line.textContent = text;
  place.append(line);
}

function megabytes(bytes) {
  return `${(bytes / 1048576).toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: 1 })} MB`;
}
