// A page with live blocks hears of changes as they happen (server-sent events) and draws anew what
// changed, by morphing. While no stream is open it asks from time to time instead. A page that nobody
// looks at hears nothing, so that tabs behind others hold no connections.
const ASK_MS = 15_000; // while no stream is open
const LOOK_MS = 60_000; // beside an open stream
const AGAIN_MS = 60_000; // after a stream was refused

export function startLiveParts(root, startAgain) {
  const holder = root.querySelector("[data-events-url]:not([data-live-bound])");
  if (!holder || !window.Idiomorph) return;
  holder.dataset.liveBound = "";
  const live = { holder, startAgain, source: null, since: holder.dataset.since, parts: new Set(), timer: null, busy: false };
  connect(live);
  setInterval(() => beat(live), ASK_MS);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave(live) : connect(live)));
  window.addEventListener("pagehide", () => leave(live));
  window.addEventListener("pageshow", (event) => event.persisted && connect(live));
}

function connect(live) {
  if (document.hidden || live.source || !window.EventSource) return;
  const address = new URL(live.holder.dataset.eventsUrl, location.href);
  address.searchParams.set("since", live.since);
  const source = new EventSource(address);
  live.source = source;
  source.addEventListener("changed", (event) => {
    live.since = event.lastEventId || live.since;
    hear(live, JSON.parse(event.data));
  });
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) return; // the browser comes again by itself
    live.source = null;
    setTimeout(() => connect(live), AGAIN_MS);
  });
}

function leave(live) {
  live.source?.close();
  live.source = null;
}

function beat(live) {
  if (document.hidden) return;
  live.beats = (live.beats ?? 0) + 1;
  const isOpen = live.source?.readyState === EventSource.OPEN;
  if (!isOpen || (live.beats * ASK_MS) % LOOK_MS === 0) hear(live, { itself: true, parts: [], spread: 0 });
}

function hear(live, change) {
  if (change.itself) live.parts.add("");
  for (const part of change.parts) live.parts.add(part);
  live.timer ??= setTimeout(() => renew(live), Math.random() * change.spread);
}

async function renew(live) {
  if (live.busy) return;
  live.busy = true;
  live.timer = null;
  const wanted = new Set(live.parts);
  live.parts.clear();
  try {
    await Promise.all([...pieces(wanted)].map((piece) => draw(live, piece)));
    if (wanted.has("")) document.dispatchEvent(new CustomEvent("record:look"));
  } catch {
    // The connection is lost just now: the next beat asks again.
  } finally {
    live.busy = false;
    if (live.parts.size) live.timer = setTimeout(() => renew(live), 200);
  }
}

// Blocks of the changed relations; all blocks where the record itself changed.
function* pieces(wanted) {
  for (const part of document.querySelectorAll("[data-live-url]")) {
    const fed = part.dataset.liveFrom.split(" ");
    if (wanted.has("") || fed.includes("*") || fed.some((one) => wanted.has(one))) yield part;
  }
}

async function draw(live, part) {
  const answer = await fetch(part.dataset.liveUrl, { headers: { Accept: "text/html" } });
  if ([401, 403, 404].includes(answer.status)) return leave(live);
  if (!answer.ok || answer.redirected || isBeingTyped(part) || part.querySelector("[data-menu][open]")) return;
  window.Idiomorph.morph(part, await answer.text(), { morphStyle: "innerHTML" });
  recount(part, answer.headers.get("X-Count"));
  live.startAgain(part);
}

function recount(part, count) {
  if ("hidesEmpty" in part.dataset && count !== null) part.hidden = count === "0";
  const tab = document.getElementById(`${part.id}-tab`);
  if (!tab || count === null) return;
  let mark = tab.querySelector(".count");
  if (!mark) tab.append(" ", (mark = Object.assign(document.createElement("span"), { className: "count" })));
  mark.textContent = count;
  mark.hidden = count === "0";
}

function isBeingTyped(part) {
  return [...part.querySelectorAll("textarea, input:not([type=hidden])")].some(
    (field) => (field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue),
  );
}
