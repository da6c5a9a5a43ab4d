// Live blocks are refreshed by morphing: what one types, an open menu and our own bindings stay.
const KEPT = new Set(["data-bound", "data-sends", "open", "aria-busy", "hidden"]);

export function startLive() {
  if (!window.Idiomorph) return;
  const defaults = window.Idiomorph.defaults;
  defaults.ignoreActiveValue = true;
  defaults.callbacks.beforeNodeMorphed = (node) => node.dataset?.kept === undefined; // it renews itself
  defaults.callbacks.beforeAttributeUpdated = (name) => !KEPT.has(name);
}
