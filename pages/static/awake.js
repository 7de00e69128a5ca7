// Keeps the screen on while a code is shown, where the browser can. Without this script the phone's own setting holds.
"use strict";

const awakeNote = document.querySelector("[data-awake]");

async function stayAwake() {
  if (document.visibilityState !== "visible") return;
  try {
    const lock = await navigator.wakeLock.request("screen");
    awakeNote.hidden = false;
    lock.addEventListener("release", () => { awakeNote.hidden = true; });
  } catch {
    awakeNote.hidden = true; // refused, such as by a battery that is nearly empty
  }
}

if (awakeNote && "wakeLock" in navigator) {
  stayAwake();
  document.addEventListener("visibilitychange", stayAwake); // a lock ends when the page is hidden
}
