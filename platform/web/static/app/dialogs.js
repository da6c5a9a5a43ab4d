// Links with data-dialog open their page's form in a <dialog>; the same link works as a page of its
// own. The form is sent from the dialog: a refused one comes back into it with everything typed, and
// success names the page to go to.
const FRAGMENT = "X-Fragment";
const LOCATION = "X-Location";

export function startDialogs(root, startAgain) {
  for (const link of root.querySelectorAll("a[data-dialog]:not([data-bound])")) {
    link.dataset.bound = "";
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      openAt(link, startAgain);
    });
  }
  for (const button of root.querySelectorAll("[data-open-dialog]:not([data-bound])")) {
    button.dataset.bound = "";
    button.addEventListener("click", () => document.getElementById(button.dataset.openDialog)?.showModal());
  }
  for (const button of root.querySelectorAll("[data-close-dialog]:not([data-bound])")) {
    button.dataset.bound = "";
    button.addEventListener("click", () => button.closest("dialog")?.close());
  }
}

async function openAt(link, startAgain) {
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { [FRAGMENT]: "dialog" } });
    if (answer.redirected || !answer.headers.get("Content-Type")?.startsWith("text/html")) {
      location.assign(link.href);
      return;
    }
    show(link, await answer.text(), startAgain);
  } catch {
    location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

function show(link, html, startAgain) {
  const dialog = document.createElement("dialog");
  dialog.className = link.dataset.dialog === "wide" ? "dialog wide" : "dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  document.body.append(dialog);
  fill(dialog, html, startAgain);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  dialog.showModal();
  const menu = link.closest("details[data-menu]");
  if (menu) menu.open = false;
  focusFirst(dialog);
}

function fill(dialog, html, startAgain) {
  dialog.innerHTML = html;
  if (dialog.querySelector(".dialog-body .row-editor, [data-rows-control]")) dialog.classList.add("wide");
  startAgain(dialog);
  const form = dialog.querySelector("form[data-dialog-form]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    send(dialog, form, event.submitter, startAgain);
  });
}

async function send(dialog, form, submitter, startAgain) {
  const body = new FormData(form, submitter);
  submitter?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { [FRAGMENT]: "dialog" } });
    const target = answer.headers.get(LOCATION);
    if (target) {
      location.assign(target);
      if (new URL(target, location.href).pathname === location.pathname) location.reload();
      return;
    }
    fill(dialog, await answer.text(), startAgain);
    focusFirst(dialog);
  } catch {
    submitter?.removeAttribute("aria-busy");
    const lost = document.querySelector("template[data-connection-lost]");
    if (lost && !form.querySelector("[data-lost]")) form.querySelector(".dialog-body")?.prepend(lost.content.cloneNode(true));
  }
}

function focusFirst(dialog) {
  const wanted =
    dialog.querySelector("[data-focus]") ??
    dialog.querySelector(".dialog-body :is(input:not([type=hidden]), select, textarea):not([disabled])") ??
    dialog.querySelector(".dialog-foot .btn-primary, .dialog-foot .btn-refuse") ??
    dialog.querySelector("[data-close-dialog]");
  wanted?.focus();
}
