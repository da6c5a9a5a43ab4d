// A file button says which files were chosen.
export function startFileNames(root) {
  for (const input of root.querySelectorAll("input[data-file-names]:not([data-bound])")) {
    input.dataset.bound = "";
    const place = root.querySelector(`[data-names-of="${CSS.escape(input.id)}"]`);
    input.addEventListener("change", () => {
      if (place) place.textContent = [...input.files].map((file) => file.name).join(", ");
    });
  }
}
