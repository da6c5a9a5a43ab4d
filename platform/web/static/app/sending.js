// A form is sent once: its button shows that it works and cannot be pressed again. Ctrl+Enter sends the
// form in which one types. The summary of a refused form takes the focus.
export function startSending(root) {
  for (const form of root.querySelectorAll("form:not([data-sends])")) {
    form.dataset.sends = "";
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-dialog-form")) return;
      if (form.querySelector("[data-downloads]:checked")) return; // the page stays, a file comes
      const button = event.submitter ?? form.querySelector("button[data-once]");
      if (form.getAttribute("aria-busy")) {
        event.preventDefault();
        return;
      }
      form.setAttribute("aria-busy", "true");
      if (button?.hasAttribute("data-once")) button.setAttribute("aria-busy", "true");
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("button[data-once]") ?? undefined);
      }
    });
  }
  const wanted = root.querySelector("main [data-focus]");
  if (wanted && root === document) wanted.focus();
}

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});
