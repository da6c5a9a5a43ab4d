// The column chooser: the arrows move a line where it stands; the form sends the columns in that order.
// Without script each arrow is a link to the list with that column moved.

export function startColumns(root) {
  for (const list of root.querySelectorAll("[data-column-order]:not([data-bound])")) {
    list.dataset.bound = "";
    list.addEventListener("click", (event) => {
      const arrow = event.target.closest("[data-move]");
      if (!arrow || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const line = arrow.closest("li");
      const other = arrow.dataset.move === "-1" ? line.previousElementSibling : line.nextElementSibling;
      if (!other || !other.querySelector("input:not([disabled]):not([type=hidden])")) return;
      if (arrow.dataset.move === "-1") other.before(line);
      else other.after(line);
      arrow.focus();
    });
  }
}
