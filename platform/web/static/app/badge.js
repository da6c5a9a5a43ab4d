// The number of unread notices on the icon of the installed app, where the system can show one.
export function startBadge(root) {
  const found = root.querySelector("[data-unread]");
  if (!found || !navigator.setAppBadge) return;
  const count = Number(found.dataset.unread);
  (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => {});
}
