// Single keys for what the page shows anyway: whatever has data-key="a" is pressed by the key A.
// Never while somebody types, nor together with Ctrl, Alt or Cmd. Switched off for this window by
// the button data-keys-off; nothing is kept on the server or in a cookie.
"use strict";

const OFF = "keys-off";
const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";
// g and a letter lead to a list, f and a letter or digit to what the first look finds.
const FIRST = ["g", "f"];

let began = "";

const isOff = () => sessionStorage.getItem(OFF) === "yes";

const press = (key) => {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("details")) {
    target.open = !target.open;
    target.querySelector("summary").focus();
  } else {
    target.focus();
    target.click();
  }
  return true;
};

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (isOff() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.repeat || (target instanceof Element && target.matches(TYPING))) return;
  const name = key.toLowerCase();
  if (!began && FIRST.includes(name) && document.querySelector(`[data-key^="${name} "]`)) {
    began = name;
    return;
  }
  const pressed = press(began ? `${began} ${name}` : name);
  began = "";
  if (pressed) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-keys-off]")) {
  const show = () => button.setAttribute("aria-pressed", String(isOff()));
  button.hidden = false;
  button.addEventListener("click", () => {
    sessionStorage.setItem(OFF, isOff() ? "no" : "yes");
    show();
  });
  show();
}
