// Clocks run by the second, by the server's time: what is left until an end, else what has passed.
let ticking = false;

export function startClocks(root) {
  if (ticking || !root.querySelector("[data-clock], [data-wall-clock], [data-live-url]")) return;
  ticking = true;
  setInterval(() => {
    document.querySelectorAll("[data-clock]").forEach(tick);
    document.querySelectorAll("[data-wall-clock]").forEach(tell);
  }, 1000);
}

const offsets = new WeakMap();

function tick(clock) {
  const now = Date.now() + offset(clock);
  const until = Number(clock.dataset.until || 0);
  const since = Number(clock.dataset.since);
  const seconds = Math.max(0, Math.floor(Math.abs((until ? until - now : now - since) / 1000)));
  const isOver = until > 0 && now > until;
  clock.classList.toggle("over", isOver);
  clock.querySelector("[data-face]").textContent = face(seconds, "long" in clock.dataset);
  clock.querySelector("[data-word]").textContent = isOver ? clock.dataset.over : until ? clock.dataset.left : clock.dataset.gone;
  const bar = clock.querySelector("[data-bar]");
  if (bar && until) bar.value = Math.min(1, (now - since) / (until - since));
}

function tell(clock) {
  const { zone, language } = clock.dataset;
  clock.textContent = new Date().toLocaleTimeString(language === "en" ? "en-GB" : "vi", { hour: "2-digit", minute: "2-digit", timeZone: zone });
}

// The difference between the server's clock and ours, known anew whenever the server has drawn it.
function offset(clock) {
  const known = offsets.get(clock);
  if (known?.drawn === clock.dataset.now) return known.offset;
  const fresh = { drawn: clock.dataset.now, offset: Number(clock.dataset.now) - Date.now() };
  offsets.set(clock, fresh);
  return fresh.offset;
}

function face(seconds, isLong = false) {
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (isLong) return `${two(hours)}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${two(minutes % 60)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}
