// The scanner. Its keys go to the one field wherever the focus is, and codes wait in line while a page loads.
(() => {
  "use strict";
  const PAUSE = 150; // milliseconds after which another row of keys begins
  const FAST = 50; // milliseconds a key, over a whole row: no hand is as fast
  const SHORTEST = 6; // keys of such a row that are a code
  const form = () => document.getElementById("scanner");
  const field = () => document.getElementById("scan");
  const line = [];
  const running = new Set();
  let sent = "";
  let asking = null; // the request for the code that was sent last, while its answer counts
  let halted = false;
  let row = { keys: "", from: 0, at: 0, before: "" };

  const next = () => {
    if (halted || running.size || !line.length) return;
    sent = line.shift();
    htmx.ajax("GET", form().getAttribute("action"), {
      source: form(), target: "#main", swap: "outerHTML show:window:top", values: { code: sent },
    }).catch(() => {}); // the failure has its own listeners
  };

  const take = (code) => {
    if (code) line.push(code);
    halted = false;
    next();
  };

  document.addEventListener("submit", (event) => {
    if (event.target !== form() || !window.htmx) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const code = field().value.trim();
    field().value = "";
    take(code);
  }, true);

  // Of two answers that replace the page, the later would go to a page that is no longer there, and be lost.
  // So what a person presses goes before a code that is being asked for, and that is asked for again afterwards;
  // what was pressed and refused must be put right first.
  document.addEventListener("htmx:beforeSend", (event) => {
    const { elt, target, xhr } = event.detail;
    if (elt === form()) asking = xhr;
    else if (asking) {
      line.unshift(sent);
      asking = null;
    }
    running.add(xhr);
    xhr.addEventListener("loadend", () => {
      running.delete(xhr);
      if (asking === xhr) asking = null;
      if (elt !== form() && target.id === "main") halted = !(xhr.status && xhr.status < 400);
      setTimeout(next, 0);
    });
  });

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr } = event.detail;
    if (elt === form() && xhr !== asking) event.preventDefault();
  });

  // Without a network the code stays first in line; an answer that is an error gives it back to the field.
  const keep = (event) => {
    if (event.detail.requestConfig.elt !== form() || event.detail.xhr !== asking) return;
    if (event.detail.xhr.status) field().value ||= sent;
    else {
      line.unshift(sent);
      halted = true;
    }
  };
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, keep);
  }

  const writes = (e) => e.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=hidden])");

  // A field for a label's number keeps what is scanned into it, unless that says itself where it leads.
  const label = () => document.querySelector("#main [data-label]");
  const LEADS = /^(RMA|EX-|https?:)/i;

  // A scanner that types into another field: what it typed there is taken out again.
  const overhear = (event) => {
    const { key, target, timeStamp: at } = event;
    const fast = at - row.from < FAST * row.keys.length;
    if (key === "Enter" && fast && row.keys.length >= SHORTEST) {
      event.preventDefault();
      if (target === label() && !LEADS.test(row.keys)) return;
      target.value = row.before;
      take(row.keys);
    } else if (key.length === 1) {
      row = at - row.at < PAUSE
        ? { ...row, keys: row.keys + key, at }
        : { keys: key, from: at, at, before: target.value };
    }
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || target === field()) return;
    if (writes(target)) overhear(event);
    else if (key.length === 1 && key !== " ") {
      const to = label() || field();
      to.focus();
      to.select();
      if (to === label()) row = { keys: key, from: event.timeStamp, at: event.timeStamp, before: to.value };
    }
  });

  // The field has the focus for the scanner; the tablet's own keyboard comes up only for a finger.
  const quiet = () => { field().inputMode = "none"; };
  document.addEventListener("pointerdown", (event) => {
    if (event.target === field()) field().inputMode = "text";
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === field()) quiet();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const { target } = event.detail;
    const main = target && target.id === "main";
    if (main && !document.querySelector("#main [role=alert]")) (label() || field()).focus();
  });
  document.addEventListener("DOMContentLoaded", () => {
    quiet();
    if (label()) label().focus();
  });
})();
