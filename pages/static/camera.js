// The camera in the page, and smaller photos. The forms of the page work without this script.
"use strict";

const FRAME_MILLISECONDS = 400;
const SERVER_FRAME_MILLISECONDS = 1500;
const FRAME_MAX_PIXELS = 1280;
const UPLOAD_MAX_PIXELS = 2400;

const camera = document.getElementById("camera");

function drawScaled(source, width, height, maxPixels) {
  const scale = Math.min(1, maxPixels / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function toJpeg(canvas) {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
}

// Some browsers have the reader built in; some say so and read no codes.
async function nativeDetector() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    const formats = await window.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

// Everywhere else one still picture at a time goes to this site, which reads it and keeps nothing.
async function readOnServer(video) {
  const blob = await toJpeg(drawScaled(video, video.videoWidth, video.videoHeight, FRAME_MAX_PIXELS));
  const body = new FormData();
  body.append("frame", blob, "frame.jpg");
  const answer = await fetch(camera.dataset.frameUrl, {
    method: "POST", body, headers: { "X-CSRFToken": camera.dataset.token, Accept: "application/json" },
  });
  return answer.ok ? (await answer.json()).text : "";
}

async function readNatively(detector, video) {
  const codes = await detector.detect(video);
  return codes.length ? codes[0].rawValue : "";
}

function installCamera() {
  const video = camera.querySelector("video");
  const status = camera.querySelector("[role=status]");
  const start = camera.querySelector("[data-start]");
  const stop = camera.querySelector("[data-stop]");
  const found = camera.querySelector("form[data-found]");
  let stream = null;

  function close(words) {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.srcObject = null;
    video.hidden = true;
    stop.hidden = true;
    start.hidden = false;
    status.textContent = words;
  }

  // Refused, or there is none: the photo below is the way, and the page says so.
  function giveUp(error) {
    const isRefused = error.name === "NotAllowedError" || error.name === "SecurityError";
    close(isRefused ? camera.dataset.refused : camera.dataset.missing);
    start.hidden = true;
  }

  async function look() {
    const mine = stream;
    const detector = await nativeDetector();
    const pause = detector ? FRAME_MILLISECONDS : SERVER_FRAME_MILLISECONDS;
    while (stream === mine) {
      let text = "";
      if (video.videoWidth) text = detector ? await readNatively(detector, video) : await readOnServer(video);
      if (stream !== mine) return;
      if (text) {
        close(camera.dataset.found);
        found.elements.text.value = text;
        found.submit();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  start.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false,
      });
    } catch (error) {
      giveUp(error);
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    start.hidden = true;
    stop.hidden = false;
    stop.focus();
    status.textContent = camera.dataset.looking;
    try {
      await video.play();
      await look();
    } catch {
      close(camera.dataset.failed); // the site was not reached, or the camera was taken away
    }
  });
  stop.addEventListener("click", () => { close(""); start.focus(); });
  // The light of the camera goes out as soon as nobody looks at the page.
  window.addEventListener("pagehide", () => { if (stream) close(""); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) close(""); });
  camera.hidden = false;
}

// A phone photo is often bigger than the server takes: make it smaller, but never touch a PNG,
// because the badge may be hidden inside it.
function installPreview(input) {
  const preview = input.parentElement.querySelector(".preview");
  input.addEventListener("change", async () => {
    const file = input.files[0];
    preview.hidden = true;
    if (!file || !/^image\/(jpeg|png|webp)$/.test(file.type)) return;
    let bitmap;
    try {
      bitmap = await createImageBitmap(file);
    } catch {
      return;
    }
    if (file.type === "image/jpeg" && Math.max(bitmap.width, bitmap.height) > UPLOAD_MAX_PIXELS) {
      const smaller = await toJpeg(drawScaled(bitmap, bitmap.width, bitmap.height, UPLOAD_MAX_PIXELS));
      const transfer = new DataTransfer();
      transfer.items.add(new File([smaller], "photo.jpg", { type: "image/jpeg" }));
      input.files = transfer.files;
    }
    preview.src = URL.createObjectURL(file);
    preview.hidden = false;
  });
}

if (camera && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) installCamera();
for (const input of document.querySelectorAll("[data-preview]")) installPreview(input);
