// Ask the browser for a passkey, and send its answer with the form.
// <button data-passkey="create" or "get" data-options="…" hidden> stands in a form that holds a
// hidden field [data-answer], the words for a failure, [data-passkey-failed], and those for a
// browser that runs no script, [data-passkey-unscripted].
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

const ask = async (button) => {
  const { form } = button;
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const kind = button.dataset.passkey;
    const publicKey = read(kind, JSON.parse(button.dataset.options));
    const credential = await navigator.credentials[kind]({ publicKey });
    form.querySelector("[data-answer]").value = JSON.stringify(told(credential));
  } catch {
    failed.hidden = false; // refused, timed out, or a browser without passkeys
    return;
  }
  form.requestSubmit();
};

for (const button of document.querySelectorAll("button[data-passkey]")) {
  button.hidden = false;
  button.form.querySelector("[data-passkey-unscripted]").hidden = true;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    ask(button);
  });
}
