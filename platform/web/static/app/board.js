// A card that is dropped on a column presses the action of its own that leads there. What no action
// allows cannot be dropped; the same actions stand in the card's menu, so nothing needs dragging.
const CARD = "[data-board-card]";
const COLUMN = "[data-board-status]";

export function startBoards(root) {
  for (const board of root.querySelectorAll("[data-board]")) {
    if (board.dataset.boardReady) continue;
    board.dataset.boardReady = "true";
    for (const card of board.querySelectorAll(CARD)) card.draggable = targets(card).size > 0;
    bind(board);
  }
}

function targets(card) {
  const found = new Map();
  for (const action of card.querySelectorAll("[data-moves-to]")) {
    if (!found.has(action.dataset.movesTo)) found.set(action.dataset.movesTo, action);
  }
  return found;
}

function bind(board) {
  let dragged = null;
  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(CARD) ?? null;
    if (!dragged) return;
    const open = targets(dragged);
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    for (const column of board.querySelectorAll(COLUMN)) {
      column.classList.toggle("takes", open.has(column.dataset.boardStatus));
    }
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest?.(COLUMN);
    if (dragged && column?.classList.contains("takes")) event.preventDefault();
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest?.(COLUMN);
    const action = dragged && column && targets(dragged).get(column.dataset.boardStatus);
    if (!action) return;
    event.preventDefault();
    action.click();
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    for (const column of board.querySelectorAll(COLUMN)) column.classList.remove("takes");
  });
}
