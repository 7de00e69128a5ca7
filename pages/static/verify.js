// Camera scan and preview of a chosen picture. The forms below work without this script.
"use strict";

const FRAME_MILLISECONDS = 400;
const SERVER_FRAME_MILLISECONDS = 1500;
const FRAME_MAX_PIXELS = 1280;
const UPLOAD_MAX_PIXELS = 2400;

const camera = document.getElementById("camera");
const textForm = document.getElementById("text-form");

function submitText(text) {
  textForm.elements.text.value = text;
  textForm.submit();
}

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

async function nativeDetector() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await window.BarcodeDetector.getSupportedFormats();
  return formats.includes("qr_code") ? new window.BarcodeDetector({ formats: ["qr_code"] }) : null;
}

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
  let stream = null;

  function close() {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = true;
    stop.hidden = true;
    start.hidden = false;
  }

  function giveUp() {
    close();
    start.hidden = true;
    status.textContent = camera.dataset.refused;
  }

  async function look() {
    const detector = await nativeDetector();
    const pause = detector ? FRAME_MILLISECONDS : SERVER_FRAME_MILLISECONDS;
    while (stream) {
      let text = "";
      if (video.videoWidth) text = detector ? await readNatively(detector, video) : await readOnServer(video);
      if (text && stream) {
        status.textContent = camera.dataset.found;
        close();
        submitText(text);
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
    } catch {
      giveUp();
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    start.hidden = true;
    stop.hidden = false;
    status.textContent = camera.dataset.looking;
    await video.play();
    try {
      await look();
    } catch {
      giveUp();
    }
  });
  stop.addEventListener("click", () => { close(); status.textContent = ""; });
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

if (camera && textForm && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) installCamera();
for (const input of document.querySelectorAll("[data-preview]")) installPreview(input);
