// Sorting by hand: arrows move a line and the numbers follow. Without script the numbers are typed.
export function startOrderLists(root) {
  for (const list of root.querySelectorAll("[data-order-list]:not([data-bound])")) {
    list.dataset.bound = "";
    for (const button of list.querySelectorAll("[data-order-up], [data-order-down]")) button.hidden = false;
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-order-up], [data-order-down]");
      if (button) step(list, button);
    });
    list.addEventListener("change", (event) => {
      if (event.target.matches(".order-place")) placeTyped(list, event.target);
    });
  }
}

function step(list, button) {
  const line = button.closest("li");
  const up = "orderUp" in button.dataset;
  const other = up ? line.previousElementSibling : line.nextElementSibling;
  if (!other) return;
  if (up) other.before(line);
  else other.after(line);
  number(list);
  button.focus();
}

function placeTyped(list, input) {
  const place = Number.parseInt(input.value, 10);
  if (!Number.isInteger(place)) return;
  const line = input.closest("li");
  const others = [...list.children].filter((one) => one !== line);
  const before = others[Math.max(0, place - 1)];
  if (before) before.before(line);
  else list.append(line);
  number(list);
  input.focus();
}

function number(list) {
  [...list.children].forEach((line, index) => {
    line.querySelector(".order-place").value = String(index + 1);
  });
}
