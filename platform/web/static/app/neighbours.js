// A list remembers, for this window alone, which records it showed and in which order; the page of one
// of them then leads to the one before and the one after, without going back.
const KEY = "shown-list";
const MOST = 200;

export function startNeighbours(root) {
  const links = [...root.querySelectorAll("a[data-row-link]")];
  if (links.length) remember(links);
  const place = root.querySelector("[data-neighbours]");
  if (place) offer(place);
}

function remember(links) {
  const ways = links.slice(0, MOST).map((link) => new URL(link.href, location.href).pathname);
  try {
    sessionStorage.setItem(KEY, JSON.stringify([...new Set(ways)]));
  } catch {
    // Full or forbidden: then there is only the way back.
  }
}

function offer(place) {
  let ways;
  try {
    ways = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  } catch {
    return;
  }
  const here = Array.isArray(ways) ? ways.indexOf(location.pathname) : -1;
  if (here < 0 || ways.length < 2) return;
  place.querySelector("[data-neighbours-place]").textContent = `${here + 1} / ${ways.length}`;
  lead(place.querySelector("[data-neighbour-before]"), ways[here - 1]);
  lead(place.querySelector("[data-neighbour-after]"), ways[here + 1]);
  place.hidden = false;
}

// Only ways of our own pages: what stands in the storage is not trusted with an address.
function lead(link, way) {
  if (typeof way === "string" && /^\/r\/\d+$/.test(way)) {
    link.href = way;
    link.removeAttribute("aria-disabled");
  } else {
    link.setAttribute("aria-disabled", "true");
  }
}
