// Starts every behaviour of the pages. Each module binds to data- attributes under a root, may run
// again after a part of the page was replaced, and does nothing where its attribute is missing.
import { startAccounts } from "./accounts.js";
import { startBadge } from "./badge.js";
import { startBoards } from "./board.js";
import { startClocks } from "./clocks.js";
import { startColumns } from "./columns.js";
import { startCopying } from "./copying.js";
import { startDialogs } from "./dialogs.js";
import { startForms } from "./form.js";
import { startFileNames } from "./file_names.js";
import { startListTrees } from "./list_tree.js";
import { startLive } from "./live.js";
import { startLiveParts } from "./live_parts.js";
import { startMarkSheets } from "./mark_sheet.js";
import { startMentions } from "./mentions.js";
import { startMenus } from "./menus.js";
import { startNeighbours } from "./neighbours.js";
import { startOrderLists } from "./order_list.js";
import { startPasswordRules } from "./password_rules.js";
import { startPdfs } from "./pdf_viewer.js";
import { startPasswords } from "./passwords.js";
import { startRecordWatches } from "./record_watch.js";
import { startSelections } from "./selection.js";
import { startSendingAtOnce } from "./send_at_once.js";
import { startSending } from "./sending.js";
import { startSettings } from "./settings.js";
import { startShortcuts } from "./shortcuts.js";
import { startTabs } from "./tabs.js";
import { startTheme } from "./theme_switch.js";
import { startToasts } from "./toasts.js";
import { startUnitForms } from "./unit_form.js";
import { startUnitTrees } from "./unit_tree.js";

const behaviours = [startBadge, startNeighbours, startOrderLists, startRecordWatches, startLiveParts, startClocks, startMarkSheets, startMentions, startMenus, startForms, startSettings, startAccounts, startSending, startDialogs, startPasswords, startPasswordRules, startPdfs, startTabs, startSelections, startSendingAtOnce, startColumns, startListTrees, startBoards, startCopying, startFileNames, startToasts, startTheme, startUnitTrees, startUnitForms];

export function start(root) {
  for (const behaviour of behaviours) behaviour(root, start);
}

startLive();
start(document);
startShortcuts(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
