// The eye beside a password field shows what is typed.
export function startPasswords(root) {
  for (const button of root.querySelectorAll("[data-show-password]:not([data-bound])")) {
    button.dataset.bound = "";
    button.hidden = false;
    const field = document.getElementById(button.dataset.showPassword);
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
      field.focus();
    });
  }
}
