// "/" leads to the search box, as on most sites; while somebody writes, it is a character like any other.
"use strict";
addEventListener("keydown", (event) => {
  const at = event.target;
  const writes = at instanceof HTMLElement && (at.isContentEditable || at.matches("input, textarea, select"));
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writes) return;
  const box = document.querySelector('input[type="search"]');
  const link = document.querySelector('.top nav a[href="/search"]');
  if (!box && !link) return;
  event.preventDefault();
  if (box) box.focus();
  else link.click();
});
