// Live counts of an issuing job. Without this script the page reloads itself.
"use strict";

const PAUSE_MILLISECONDS = 700;
const progress = document.getElementById("progress");

async function follow() {
  for (;;) {
    const answer = await fetch(progress.dataset.progressUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) break;
    const job = await answer.json();
    progress.querySelector("progress").value = job.issued + job.rejected;
    for (const cell of document.querySelectorAll("[data-count]")) cell.textContent = job[cell.dataset.count];
    if (!job.running) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  }
  location.reload();
}

if (progress) follow();
