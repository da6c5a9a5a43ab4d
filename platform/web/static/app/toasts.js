// A message of success goes away by itself after eight seconds, not while it is pointed at or focused.
const SHOWN_MILLISECONDS = 8000;

export function startToasts(root) {
  for (const toast of root.querySelectorAll("[data-toast]:not([data-bound])")) {
    toast.dataset.bound = "";
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
    setTimeout(leave, SHOWN_MILLISECONDS);
  }
}
