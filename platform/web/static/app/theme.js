// Runs before the page is drawn, so that a dark screen does not flash white: the theme "system"
// follows the machine, a chosen one stands in the page already.
(function () {
  const root = document.documentElement;
  if (root.dataset.theme !== "system") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  follow();
  dark.addEventListener("change", follow);
})();
