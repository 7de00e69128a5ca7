// The wallet without a signal. SETTINGS is written in front of this file by wallet/web/offline_pages.py.
// It keeps the pages of whoever is signed in on this phone and of nobody else, and asks the site first each time.
"use strict";

const FORMAT = 1; // a higher number throws away what an older worker kept
const ASSETS = `wallet-assets-${SETTINGS.version}`;
const ASSETS_PREFIX = "wallet-assets-";
const KEPT_PREFIX = "wallet-kept-";
const KEPT = `${KEPT_PREFIX}${FORMAT}-`;
const SESSION_HEADER = "Wallet-Session";
const PATIENCE_MILLISECONDS = 6000; // with a page at hand; a signal that is too weak is none
const SITE_IS_DOWN = new Set([502, 503, 504]);
const CAN_BE_KEPT = /^\/wallet(\/badges\/[0-9a-f]+(\/show)?)?$/;
const LEAVING = new Set(["/wallet/sign-out", "/wallet/account/sign-out-everywhere", "/wallet/account/delete"]);
// Ways in: an answer that leads on has opened a wallet, whose browser may never have heard of Clear-Site-Data.
const ENTERING = /^\/wallet\/(link\/[^/]+|phone\/code|passkey)$/;
const INDEX = "/wallet/kept";

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep());
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(openPage(event.request, url.pathname));
  else if (event.request.method === "GET" && SETTINGS.assets.some((asset) => asset.split("?")[0] === url.pathname)) {
    event.respondWith(openAsset(event.request));
  }
});

async function install() {
  const cache = await caches.open(ASSETS);
  const infos = Object.values(SETTINGS.info).flatMap((pages) => Object.values(pages));
  // What the page has loaded a moment ago comes out of the browser's own cache: its address names its content.
  await cache.addAll([...SETTINGS.assets, ...infos].map((path) => new Request(path, { redirect: "error" })));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) {
    const isOldAssets = name.startsWith(ASSETS_PREFIX) && name !== ASSETS;
    const isOldFormat = name.startsWith(KEPT_PREFIX) && !name.startsWith(KEPT);
    if (isOldAssets || isOldFormat) await caches.delete(name);
  }
  await self.clients.claim();
}

// What anyone may have: style sheets, scripts, the mark. Their addresses change with their content.
async function openAsset(request) {
  const cache = await caches.open(ASSETS);
  const exact = await cache.match(request.url);
  if (exact) return exact;
  try {
    return await fetch(request);
  } catch (error) {
    const other = await cache.match(request.url, { ignoreSearch: true });
    if (other) return other;
    throw error;
  }
}

async function openPage(request, path) {
  const canBeKept = request.method === "GET" && CAN_BE_KEPT.test(path);
  const kept = canBeKept ? await findPage(path) : null;
  let answer = null;
  try {
    answer = await (kept ? withPatience(fetch(request)) : fetch(request));
  } catch {
    return kept && (await isStillKept(path)) ? kept : await openInfo(request, path, canBeKept);
  }
  if (SITE_IS_DOWN.has(answer.status)) return kept && (await isStillKept(path)) ? kept : answer;
  await forgetUnlessSame(request, path, answer);
  return answer;
}

function withPatience(fetching) {
  fetching.catch(() => {});
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer in time")), PATIENCE_MILLISECONDS);
    fetching.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

// Somebody may have signed out in another window while the answer was waited for.
async function isStillKept(path) {
  return Boolean(await findPage(path));
}

// What is kept stays only while the site answers in the name of the same session.
async function forgetUnlessSame(request, path, answer) {
  if (request.method !== "GET") {
    const hasEntered = ENTERING.test(path) && answer.type === "opaqueredirect";
    if (LEAVING.has(path) || hasEntered) await forget();
    return;
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) return void (await forget());
  if (!(answer.headers.get("Content-Type") || "").startsWith("text/html") || answer.status >= 400) return;
  const index = await findIndex();
  if (index && index.session !== answer.headers.get(SESSION_HEADER)) await forget();
}

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(KEPT_PREFIX)) await caches.delete(name);
}

async function openInfo(request, path, canBeKept) {
  const index = await findIndex();
  let kind = "signal";
  if (request.method === "POST" && path === "/wallet/sign-out") {
    await forget(); // the cookie that the page has set tells the site at the next visit
    kind = "left";
  } else if (canBeKept) {
    kind = index ? "missing" : "nothing";
  }
  const spoken = index ? index.language : self.navigator.language.slice(0, 2);
  const pages = SETTINGS.info[spoken] || SETTINGS.info.en;
  const cache = await caches.open(ASSETS);
  const page = await cache.match(pages[kind], { ignoreVary: true });
  return page ? new Response(page.body, { status: 503, headers: page.headers }) : Response.error();
}

// The one cache of a person: its pages, and an index that says whose they are, from when, and until when they open.
async function findCache() {
  const names = (await caches.keys()).filter((name) => name.startsWith(KEPT));
  if (names.length === 1) return caches.open(names[0]);
  if (names.length > 1) await forget(); // whose would be opened?
  return null;
}

async function findIndex() {
  const cache = await findCache();
  const stored = cache && (await cache.match(INDEX, { ignoreVary: true }));
  if (!stored) return null;
  const index = await stored.json();
  if (Date.now() < Date.parse(index.until)) return index;
  await forget();
  return null;
}

async function findPage(path) {
  const index = await findIndex();
  if (!index || !index.pages[path]) return null;
  const cache = await findCache();
  return (cache && (await cache.match(path, { ignoreVary: true }))) || null;
}

let keeping = null;
let isAskedAgain = false;

// One at a time; what is asked for in the meantime is done once more afterwards.
function keep() {
  if (keeping) {
    isAskedAgain = true;
    return keeping;
  }
  keeping = keepNewest().catch(() => {}).then(() => {
    keeping = null;
    if (!isAskedAgain) return undefined;
    isAskedAgain = false;
    return keep();
  });
  return keeping;
}

async function keepNewest() {
  const known = await findIndex();
  const headers = known && known.etag ? { "If-None-Match": known.etag } : {};
  const answer = await fetch(INDEX, { headers, cache: "no-store", redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 401) return void (await forget());
  if (answer.status === 304 || !answer.ok) return;
  const index = await answer.json();
  if (!known || known.session !== index.session) await forget();
  // This handle only: when somebody signs out meanwhile, the cache behind it is gone, and what is put into it too.
  const cache = await caches.open(KEPT + index.session);
  const older = known && known.session === index.session ? known.pages : {};
  await dropOthers(cache, index);
  const kept = await fillCache(cache, index, older);
  const isWhole = Object.keys(kept).length === index.pages.length;
  const stored = { ...index, pages: kept, etag: isWhole ? answer.headers.get("ETag") : null };
  await cache.put(INDEX, new Response(JSON.stringify(stored), { headers: { "Content-Type": "application/json" } }));
  // Thrown away meanwhile: whoever is signed in now, if anybody, gets theirs.
  if (!(await caches.has(KEPT + index.session))) isAskedAgain = true;
}

async function dropOthers(cache, index) {
  const wanted = new Set([INDEX, ...index.pages.map((page) => page.path)]);
  for (const request of await cache.keys()) {
    if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request, { ignoreVary: true });
  }
}

// The site names the pages in the order of their worth; what does not fit any more is left out.
async function fillCache(cache, index, older) {
  const kept = {};
  let bytes = 0;
  for (const [place, page] of index.pages.entries()) {
    let entry = older[page.path];
    if (!entry || entry.version !== page.version) {
      try {
        entry = await fetchPage(cache, page, index.session);
      } catch {
        // The signal went away: the older pages stay until it is back.
        for (const { path } of index.pages.slice(place)) if (older[path]) kept[path] = older[path];
        break;
      }
    }
    if (!entry) continue;
    bytes += entry.bytes;
    if (bytes > index.maxBytes) break;
    kept[page.path] = entry;
  }
  for (const { path } of index.pages) if (!kept[path]) await cache.delete(path, { ignoreVary: true });
  return kept;
}

async function fetchPage(cache, page, session) {
  const answer = await fetch(page.source, { cache: "no-store", redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 401) {
    await forget();
    return null;
  }
  if (answer.status !== 200 || answer.headers.get(SESSION_HEADER) !== session) return null;
  const body = await answer.blob();
  try {
    await cache.put(page.path, new Response(body, { headers: answer.headers }));
  } catch {
    return { version: page.version, bytes: Infinity }; // the phone is full
  }
  return { version: page.version, bytes: body.size };
}
