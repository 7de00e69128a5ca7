// Draws the badge anew when a choice changes. Without this script “Look at it” does.
"use strict";

const design = document.getElementById("design");
const pictures = document.querySelectorAll("img[data-preview]");

function draw() {
  const chosen = new FormData(design);
  const asked = new URLSearchParams();
  for (const name of ["shape", "icon", "words", "level"]) asked.set(name, chosen.get(name) || "");
  const colour = chosen.get("colour") === "own" ? chosen.get("own_colour") : chosen.get("colour");
  asked.set("colour", colour || "");
  for (const picture of pictures) picture.src = picture.dataset.preview + "?" + asked;
}

if (design) design.addEventListener("change", draw);
