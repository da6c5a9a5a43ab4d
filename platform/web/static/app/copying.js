// Copy the page's address, print the page, go back to the page before with what was typed there.
export function startCopying(root) {
  for (const button of root.querySelectorAll("[data-copy-link]:not([data-bound])")) {
    button.dataset.bound = "";
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(location.href.split("#")[0]);
      button.classList.add("copied");
      setTimeout(() => button.classList.remove("copied"), 1500);
    });
  }
  for (const button of root.querySelectorAll("[data-print]:not([data-bound])")) {
    button.dataset.bound = "";
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  for (const link of root.querySelectorAll("[data-go-back]:not([data-bound])")) {
    link.dataset.bound = "";
    link.addEventListener("click", (event) => {
      if (history.length < 2) return;
      event.preventDefault();
      history.back();
    });
  }
}
