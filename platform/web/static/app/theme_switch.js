// The switch in the top bar asks for the opposite of what is seen, also where the machine decides.
export function startTheme(root) {
  for (const form of root.querySelectorAll("form[data-theme-switch]:not([data-bound])")) {
    form.dataset.bound = "";
    form.addEventListener("submit", () => {
      const dark = document.documentElement.getAttribute("data-bs-theme") === "dark";
      form.elements.theme.value = dark ? "light" : "dark";
    });
  }
}
