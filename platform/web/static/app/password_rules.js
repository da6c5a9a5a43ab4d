// Ticks what a new password fulfils already and says how strong it is. The server decides.
const WORDS = ["weak", "fair", "strong"];

function levelOf(text, least) {
  if (text.length < least || new Set(text).size < 5) return 1;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(text)).length;
  return text.length >= least + 6 || (text.length >= least + 2 && kinds >= 3) ? 3 : 2;
}

export function startPasswordRules(root) {
  for (const rules of root.querySelectorAll("[data-password-rules]:not([data-bound])")) {
    rules.dataset.bound = "";
    const field = rules.closest("form").querySelector("[data-measured]");
    const least = Number(rules.dataset.length);
    const strength = rules.querySelector(".password-strength");
    const words = rules.querySelector("[data-strength]");
    field.addEventListener("input", () => {
      const level = levelOf(field.value, least);
      rules.querySelector("[data-rule=length]").classList.toggle("holds", field.value.length >= least);
      strength.hidden = field.value === "";
      strength.dataset.level = level;
      const text = words.dataset[WORDS[level - 1]];
      if (words.textContent !== text) words.textContent = text;
    });
  }
}
