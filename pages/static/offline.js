// Starts the worker that keeps the wallet for a place without a signal. Without this script nothing is kept or lost.
// On a page on which nobody's wallet is open (data-nobody) it forgets what the phone kept of whoever was here before.
"use strict";

const settings = document.currentScript.dataset;
const LEFT_COOKIE_SECONDS = 30 * 24 * 3600;

// Trusted Types: the one address that this page may start as a worker.
function trustedAddress(path) {
  if (!window.trustedTypes) return path;
  return window.trustedTypes.createPolicy("wallet-worker", {
    createScriptURL: (address) => {
      if (address !== settings.worker) throw new TypeError("not the worker of the wallet");
      return address;
    },
  }).createScriptURL(path);
}

async function startWorker() {
  const registration = await navigator.serviceWorker.register(trustedAddress(settings.worker), {
    scope: settings.scope, updateViaCache: "none",
  });
  (registration.active || registration.waiting || registration.installing).postMessage("keep");
}

// Tells the site at the next visit that the person has left, in case it does not hear of it now.
function noteLeaving() {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `wallet-left=1; path=/; max-age=${LEFT_COOKIE_SECONDS}; samesite=lax${secure}`;
}

async function forgetPages() {
  for (const name of await caches.keys()) if (name.startsWith("wallet-kept-")) await caches.delete(name);
}

// A kept page was true when it was made: what has ended since then is shown as ended.
function showWhatEnded() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const isOver = Date.now() >= Date.parse(element.dataset.until);
    element.querySelector("[data-before]").hidden = isOver;
    element.querySelector("[data-after]").hidden = !isOver;
  }
}

// Browsers say that they are online when they have any network: only an answer of the site counts.
async function reloadWhenReached() {
  try {
    await fetch(`${settings.scope}/sw.js`, { method: "HEAD", cache: "no-store" });
  } catch {
    return;
  }
  location.reload();
}

for (const form of document.querySelectorAll("form[data-leave]")) form.addEventListener("submit", noteLeaving);

for (const button of document.querySelectorAll("button[data-leave]")) {
  button.addEventListener("click", async () => {
    noteLeaving();
    await forgetPages();
    location.assign(settings.scope);
  });
}

// A page out of the browser's memory: somebody may have signed out since.
function reloadWhenBack() {
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

if (!("nobody" in settings)) reloadWhenBack();
if ("kept" in settings) {
  showWhatEnded();
  window.addEventListener("online", reloadWhenReached);
} else if ("nobody" in settings) {
  if ("caches" in window) forgetPages().catch(() => {}); // of whoever was here before
} else if (settings.worker && "serviceWorker" in navigator) {
  startWorker().catch(() => {}); // the browser keeps nothing: with a signal all goes on as before
}
