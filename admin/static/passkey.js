// Ask the browser for a passkey, and send its answer with the form.
// <form data-passkey="create" or "get" data-options="…"> holds a hidden field named answer.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const readByHand = (options) => {
  const known = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  read.excludeCredentials = known(options.excludeCredentials);
  read.allowCredentials = known(options.allowCredentials);
  return read;
};

const READERS = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };

const read = (kind, options) =>
  PublicKeyCredential[READERS[kind]]?.(options) ?? readByHand(options);

// By hand in every browser: what password managers put in place of a credential may have no toJSON.
const told = (credential) => {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
};

const ask = async (form, button) => {
  const failed = document.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const kind = form.dataset.passkey;
    const publicKey = read(kind, JSON.parse(form.dataset.options));
    const credential = await navigator.credentials[kind]({ publicKey });
    form.elements.answer.value = JSON.stringify(told(credential));
  } catch {
    failed.hidden = false; // refused, timed out, or a browser without passkeys
    return;
  }
  form.requestSubmit(button);
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    ask(form, event.submitter);
  });
}
