// Sends a form as soon as its page is there: whoever scanned a code has said what he wants.
export function startSendingAtOnce(root) {
  for (const form of root.querySelectorAll("form[data-send-at-once]")) {
    if (form.dataset.sent) continue;
    form.dataset.sent = "yes";
    form.requestSubmit();
  }
}
