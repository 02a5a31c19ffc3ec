/** The sheet of all keys. */

import { openDialog } from "../lib/dialog.js";

export async function openHelp() {
  await openDialog({ title: "Keys", body: "", width: "wide" });
}
