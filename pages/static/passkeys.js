// Asks the phone or computer for a passkey and sends its answer with the form. Without this script the page says so.
"use strict";

(() => {
  const BYTE_MEMBERS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  function toBytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function toText(buffer) {
    const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  function readQuestion(options) {
    const named = (list) => (list || []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));
    const question = { ...options, challenge: toBytes(options.challenge) };
    if (options.user) question.user = { ...options.user, id: toBytes(options.user.id) };
    if (options.excludeCredentials) question.excludeCredentials = named(options.excludeCredentials);
    if (options.allowCredentials) question.allowCredentials = named(options.allowCredentials);
    return question;
  }

  function writeAnswer(credential) {
    const response = {};
    for (const name of BYTE_MEMBERS) if (credential.response[name]) response[name] = toText(credential.response[name]);
    const id = toText(credential.rawId);
    return JSON.stringify({ id, rawId: id, type: credential.type, response });
  }

  async function ask(form) {
    const reply = await fetch(form.dataset.question, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
    });
    if (!reply.ok) throw new Error("no question");
    const publicKey = readQuestion(await reply.json());
    return form.dataset.passkey === "create"
      ? navigator.credentials.create({ publicKey })
      : navigator.credentials.get({ publicKey });
  }

  function say(form, error) {
    const status = form.querySelector("[data-passkey-status]");
    const words = { NotAllowedError: "stopped", AbortError: "stopped", InvalidStateError: "known" };
    status.textContent = status.dataset[words[error.name] || "failed"];
  }

  function install(form) {
    const button = form.querySelector("button");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        form.elements.answer.value = writeAnswer(await ask(form));
        form.submit();
      } catch (error) {
        say(form, error);
        button.disabled = false;
      }
    });
    form.closest("section").querySelector("[data-passkey-plain]").hidden = true;
    form.hidden = false;
  }

  if (!("PublicKeyCredential" in window)) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) install(form);
})();
