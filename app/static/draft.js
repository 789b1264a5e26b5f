// The draft page with mouse and keys: an entry is dragged by its handle or moved with Alt and the arrows, a text is
// saved when its field is left. Each of these sends a form that the page has anyway: the server's order is the order.
"use strict";

const MOVED = "#story-";

function entries(section) {
  return [...section.querySelectorAll(":scope > article[data-story]")];
}

function send(story, from, section, before) {
  const form = document.getElementById("moving");
  const out = from === "left_out";
  if (out && section === "left_out") return;
  form.elements.kind.value = section === "left_out" ? "exclude" : out ? "include" : "move";
  form.elements.story.value = story;
  form.elements.section.value = section;
  form.elements.section.disabled = section === "left_out";
  form.elements.before.value = before || "";
  form.elements.before.disabled = !before || section === "left_out";
  submit(form);
}

// --- a text that is just being saved is not cut off by the next step ---

let saving = 0;
let waiting = null;

function submit(form) {
  if (saving) waiting = form;
  else form.submit();
}

document.addEventListener("htmx:beforeRequest", () => {
  saving += 1;
});

document.addEventListener("htmx:afterRequest", (event) => {
  saving -= 1;
  const next = waiting;
  if (saving || !next) return;
  waiting = null;
  if (event.detail.successful && next.isConnected) next.submit();
});

document.addEventListener("submit", (event) => {
  if (!saving || event.target.matches("[hx-post]")) return;
  event.preventDefault();
  waiting = event.target;
});

addEventListener("beforeunload", (event) => {
  const field = document.activeElement;
  const unsaved = field?.matches(".text-form [name=text]") && field.form.hasAttribute("hx-post") && field.value !== field.defaultValue;
  if (saving || unsaved) event.preventDefault();
});

// --- keys ---

function moveByKey(article, step, acrossSections) {
  const button = article.querySelector(`button[data-step="${step}"]`);
  if (button && !acrossSections) {
    submit(button.form);
    return;
  }
  const section = article.closest("section[data-section]");
  const sections = [...document.querySelectorAll("section[data-section]")].filter((each) => each.dataset.section !== "left_out");
  const next = sections[sections.indexOf(section) + step];
  if (!next) return;
  const first = entries(next)[0];
  send(article.dataset.story, section.dataset.section, next.dataset.section, step > 0 && first ? first.dataset.story : "");
}

document.addEventListener("keydown", (event) => {
  const article = event.target;
  if (!event.altKey || event.ctrlKey || event.metaKey || !(article instanceof HTMLElement)) return;
  if (!article.matches("article[data-story][tabindex]") || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  moveByKey(article, event.key === "ArrowUp" ? -1 : 1, event.shiftKey);
});

// --- mouse ---

let dragged = null;

function unmark() {
  for (const each of document.querySelectorAll(".drop-before, .drop-into")) each.classList.remove("drop-before", "drop-into");
}

function placeUnder(event) {
  const section = event.target.closest?.("section[data-section]");
  if (!section || !dragged) return null;
  const others = entries(section).filter((each) => each !== dragged);
  const next = others.find((each) => {
    const box = each.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  return { section, next };
}

function addHandle(article) {
  const handle = document.createElement("span");
  handle.className = "handle";
  handle.draggable = true;
  handle.textContent = "⠿";
  handle.setAttribute("aria-hidden", "true");
  handle.addEventListener("dragstart", (event) => {
    dragged = article;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", article.dataset.story);
    event.dataTransfer.setDragImage(article, 0, 0);
  });
  handle.addEventListener("dragend", () => {
    dragged = null;
    unmark();
  });
  article.prepend(handle);
}

document.addEventListener("dragover", (event) => {
  const place = placeUnder(event);
  if (!place) return;
  event.preventDefault();
  unmark();
  if (place.next && place.section.dataset.section !== "left_out") place.next.classList.add("drop-before");
  else place.section.classList.add("drop-into");
});

document.addEventListener("drop", (event) => {
  const place = placeUnder(event);
  if (!place) return;
  event.preventDefault();
  const from = dragged.closest("section[data-section]").dataset.section;
  send(dragged.dataset.story, from, place.section.dataset.section, place.next?.dataset.story);
});

// --- texts ---

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  const answered = [200, 409].includes(xhr.status) && xhr.responseText.includes(`id="${target.id}"`);
  event.detail.shouldSwap = answered; // whatever else comes back, what was written stays in its field
  const trouble = target.querySelector("[role=alert][hidden]");
  if (!answered && trouble) trouble.hidden = false;
});

document.addEventListener("htmx:sendError", (event) => {
  const trouble = event.detail.elt.querySelector("[role=alert][hidden]");
  if (trouble) trouble.hidden = false;
});

// --- the entry that was moved keeps the focus; undoing leads to what was undone ---

document.addEventListener("DOMContentLoaded", () => {
  for (const article of document.querySelectorAll("article[data-story]")) addHandle(article);
  const place = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!place) return;
  if (location.hash.startsWith(MOVED)) place.focus({ preventScroll: true });
  else if (place.matches("[id^=field-], #write")) place.querySelector("summary, textarea, input:not([type=hidden])")?.focus({ preventScroll: true });
});
