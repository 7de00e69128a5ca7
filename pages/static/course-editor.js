// Keeps a course on the server while it is typed. Without this script every button keeps it too.
"use strict";

const PAUSE_MILLISECONDS = 2500;
const KEEPALIVE_BYTES = 60000; // browsers send no more than 64 KiB after a page is left
const form = document.getElementById("course");
const note = document.getElementById("kept");

let timer = 0;
let isDirty = false;
let isSending = false;

async function keep(isLeaving) {
  if (!isDirty || isSending) return;
  isSending = true;
  isDirty = false;
  const body = new URLSearchParams(new FormData(form));
  body.set("action", "autosave");
  const text = body.toString();
  try {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body: text,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      keepalive: isLeaving && text.length < KEEPALIVE_BYTES,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const kept = await answer.json();
    form.setAttribute("action", kept.url); // `form.action` would be the buttons of that name
    history.replaceState(null, "", kept.url);
    note.textContent = form.dataset.autosave;
  } catch {
    isDirty = true;
    note.textContent = form.dataset.unsaved;
  }
  isSending = false;
}

if (form) {
  form.addEventListener("input", () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MILLISECONDS, false);
  });
  form.addEventListener("submit", () => { clearTimeout(timer); isDirty = false; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
}
