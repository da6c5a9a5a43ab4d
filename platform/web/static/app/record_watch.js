// A record's page notices that others changed the record: its parts are drawn anew by morphing, so
// that what one types, an open menu and the scroll stay; what cannot be drawn anew is told in a bar.
const EVERY_MS = 20_000;

export function startRecordWatches(root, startAgain) {
  const holder = root.querySelector("[data-record-stamp]:not([data-bound])");
  if (!holder) return;
  holder.dataset.bound = "";
  const watch = { holder, stamp: Number(holder.dataset.recordStamp), startAgain, asking: false };
  const timer = setInterval(() => look(watch, timer), EVERY_MS);
  document.addEventListener("visibilitychange", () => look(watch, timer));
  document.addEventListener("record:look", () => look(watch, timer));
}

async function look(watch, timer) {
  if (document.hidden || watch.asking || document.querySelector("dialog[open]")) return;
  watch.asking = true;
  try {
    const answer = await fetch(watch.holder.dataset.stampUrl, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 404) return clearInterval(timer);
    if (!answer.ok || answer.redirected) return;
    const { stamp } = await answer.json();
    if (stamp !== watch.stamp) await renew(watch, stamp);
  } catch {
    // The connection is lost just now: the next look finds it again.
  } finally {
    watch.asking = false;
  }
}

async function renew(watch, stamp) {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const becameLive = fresh.querySelector("[data-events-url]") && !watch.holder.dataset.eventsUrl;
  const isLaidOutAnew = Boolean(fresh.querySelector(".stage")) !== Boolean(document.querySelector(".stage"));
  if ((becameLive || isLaidOutAnew) && !isBeingTyped(document.body)) return location.reload();
  const before = [...document.querySelectorAll("[data-live-part]")];
  const after = new Map([...fresh.querySelectorAll("[data-live-part]")].map((part) => [part.id, part]));
  const same = before.length === after.size && before.every((part) => after.has(part.id));
  for (const part of before) {
    const next = after.get(part.id);
    if (next && !isBeingTyped(part)) morph(part, next, watch.startAgain);
  }
  watch.stamp = stamp;
  watch.holder.hidden = false;
  watch.holder.dataset.whole = String(same);
}

function isBeingTyped(part) {
  return [...part.querySelectorAll("textarea, input:not([type=hidden])")].some(
    (field) => (field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue),
  );
}

function morph(part, next, startAgain) {
  if (window.Idiomorph) window.Idiomorph.morph(part, next.innerHTML, { morphStyle: "innerHTML" });
  else part.innerHTML = next.innerHTML;
  startAgain(part);
}
