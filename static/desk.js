// The desk's shortcuts: single keys, only while no field has the focus, and not when somebody turned them off.
(() => {
  "use strict";
  const KEPT = "desk.keys";
  const on = () => localStorage.getItem(KEPT) !== "off";
  const rows = () => [...document.querySelectorAll("[data-board] tbody tr")];
  const typing = (e) => e.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const link = (row) => row && row.querySelector("th a, td a");

  const current = () => rows().findIndex((row) => row.contains(document.activeElement));

  const move = (step) => {
    const all = rows();
    const next = all[Math.max(0, Math.min(all.length - 1, current() + step))];
    if (link(next)) link(next).focus();
  };

  const pick = () => {
    const row = rows()[current()];
    const box = row && row.querySelector("[type=checkbox]");
    if (box) box.click();
  };

  const press = (key) => {
    const target = document.querySelector(`main [data-key="${key}"]`);
    if (target) target.click();
  };

  // On the board from row to row, on a record from return to return.
  const step = (by, key) => { if (rows().length) move(by); else press(key); };

  const focus = (id) => {
    const field = document.getElementById(id);
    if (field) field.focus();
  };

  const open = (address) => { if (address) location.assign(address); };

  const acts = {
    j: () => step(1, "j"),
    k: () => step(-1, "k"),
    x: pick,
    "/": () => focus("q"),
    n: () => focus("text"),
    f: () => press("f"),
    d: () => press("d"),
    "?": () => open(document.body.dataset.help),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event) || !on()) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // Hints are shown only where keys work; the switch names what it would do.
  const show = () => {
    document.querySelectorAll("[data-keys]").forEach((e) => { e.hidden = !on(); });
    document.querySelectorAll("[data-switch]").forEach((e) => {
      e.hidden = false;
      e.querySelector("button").textContent = on() ? e.dataset.off : e.dataset.on;
    });
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-switch] button")) return;
    localStorage.setItem(KEPT, on() ? "off" : "on");
    show();
  });
  // On a phone places and views run out of sight: the present one is brought to the middle of its strip.
  const reveal = () => {
    document.querySelectorAll(".places [aria-current], #rail [aria-current]").forEach((e) => {
      for (let strip = e.parentElement; strip.tagName !== "BODY"; strip = strip.parentElement) {
        if (getComputedStyle(strip).overflowX === "visible" || strip.scrollWidth <= strip.clientWidth) continue;
        const [mine, its] = [e.getBoundingClientRect(), strip.getBoundingClientRect()];
        strip.scrollLeft += mine.left + mine.width / 2 - its.left - its.width / 2;
        return;
      }
    });
  };

  ["htmx:afterSettle", "DOMContentLoaded"].forEach((event) => {
    document.addEventListener(event, show);
    document.addEventListener(event, reveal);
  });
})();
