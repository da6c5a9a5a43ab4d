// Adds and removes rows. Without scripts the same buttons ask the server for the page with one row
// more or less; nothing typed is lost either way.

/** Adds a blank row to a group of rows and gives it. */
export function addRow(rows) {
  const template = rows.querySelector(":scope > template[data-row-template]");
  const number = Number(rows.dataset.next);
  rows.dataset.next = String(number + 1);
  const depth = depthOf(rows);
  const made = document.createElement("template");
  const id = rows.dataset.rows.replaceAll(".", "-");
  made.innerHTML = template.innerHTML
    .replaceAll(`${rows.dataset.rows}.__${depth}__`, `${rows.dataset.rows}.${number}`)
    .replaceAll(`${id}-__${depth}__`, `${id}-${number}`);
  const row = made.content.firstElementChild;
  rows.querySelector(":scope > [data-row-list]").append(row);
  nameRow(rows, row);
  return row;
}

/** Takes a row out; those behind it move up, so that rows are always numbered without a gap. */
export function removeRow(row) {
  const rows = row.closest("[data-rows]");
  row.remove();
  const left = [...rows.querySelectorAll(":scope > [data-row-list] > [data-row]")];
  left.forEach((other, at) => {
    const number = other.dataset.row.slice(rows.dataset.rows.length + 1);
    if (number !== String(at)) renumber(other, rows.dataset.rows, number, String(at));
    nameRow(rows, other);
  });
  rows.dataset.next = String(left.length);
  return rows;
}

/** Gives everything in a row the names of another number; what is typed stays. */
function renumber(row, name, from, to) {
  const escaped = name.replaceAll(".", "\\.");
  const dotted = new RegExp(`${escaped}\\.${from}(?=[.\\s]|$)`, "g");
  const dashed = new RegExp(`${name.replaceAll(".", "-")}-${from}(?=[-\\s]|$)`, "g");
  const rename = (element) => {
    for (const attribute of element.attributes ?? []) {
      const value = attribute.value.replace(dotted, `${name}.${to}`).replace(dashed, `${name.replaceAll(".", "-")}-${to}`);
      if (attribute.name !== "value" && value !== attribute.value) attribute.value = value;
    }
    if (element.matches?.("button[data-remove-row]")) element.value = element.value.replace(dotted, `${name}.${to}`);
    for (const child of (element.content ?? element).children) rename(child);
  };
  rename(row);
}

/** Rows in rows are numbered by how deep they stand. */
function depthOf(rows) {
  let depth = 0;
  for (let outer = rows.parentElement.closest("[data-rows]"); outer; outer = outer.parentElement.closest("[data-rows]")) depth += 1;
  return depth;
}

function nameRow(rows, row) {
  const all = [...rows.querySelectorAll(":scope > [data-row-list] > [data-row]")];
  const place = all.indexOf(row) + Number(rows.dataset.firstPlace ?? 1);
  const label = rows.querySelector(":scope > .label")?.textContent.trim() ?? rows.getAttribute("aria-label") ?? "";
  row.setAttribute("aria-label", `${label} ${place}`.trim());
  const number = row.querySelector(":scope > .panel-head [data-row-number]");
  if (number) number.textContent = String(place);
  showFirstNumber(rows, all.length);
}

/** The form's own part is number one where further blocks follow. */
function showFirstNumber(rows, count) {
  if (!rows.closest(".field-blocks")) return;
  const first = rows.closest("[data-form-body]").querySelector("[data-first-number]");
  if (first) first.hidden = count === 0;
}

/** Answers the buttons of rows inside a form. */
export function bindRows(body, changed) {
  body.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    const remove = event.target.closest("[data-remove-row]");
    if (add) {
      event.preventDefault();
      const row = addRow(add.closest("[data-rows]"));
      changed(row);
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    } else if (remove) {
      event.preventDefault();
      const rows = removeRow(remove.closest("[data-row]"));
      showFirstNumber(rows, Number(rows.dataset.next));
      changed(rows);
      (rows.querySelector(":scope > [data-add-row]") ?? rows).focus();
    }
  });
  for (const add of body.closest("form").querySelectorAll("[data-adds-row]")) {
    add.addEventListener("click", (event) => {
      event.preventDefault();
      const row = addRow(body.querySelector(`[data-rows="${CSS.escape(add.dataset.addsRow)}"]`));
      changed(row);
      row.scrollIntoView({ block: "start" });
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
  }
}
