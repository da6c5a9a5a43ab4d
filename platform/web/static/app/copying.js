// Copy the page's address, print the page.
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
}
