// A file button says which files were chosen; where it stands alone, choosing is sending.
export function startFileNames(root) {
  for (const input of root.querySelectorAll("input[data-file-names]:not([data-bound])")) {
    input.dataset.bound = "";
    const place = root.querySelector(`[data-names-of="${CSS.escape(input.id)}"]`);
    if ("sendNow" in input.dataset) for (const button of input.form.querySelectorAll("[data-without-script]")) button.hidden = true;
    input.addEventListener("change", () => {
      if ("sendNow" in input.dataset) input.form.requestSubmit();
      if (place) place.textContent = [...input.files].map((file) => file.name).join(", ");
    });
  }
}
