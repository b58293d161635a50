// The scanner. Its keys go to the one field wherever the focus is, and codes wait in line while a page loads.
(() => {
  "use strict";
  const FAST = 40; // milliseconds between two keys: no hand is as fast
  const SHORTEST = 6; // keys in such a row that are a code
  const form = () => document.getElementById("scanner");
  const field = () => document.getElementById("scan");
  const line = [];
  const running = new Set();
  let sent = "";
  let halted = false;
  let burst = { keys: "", at: 0, before: "" };

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

  document.addEventListener("htmx:beforeSend", (event) => {
    const { xhr } = event.detail;
    running.add(xhr);
    xhr.addEventListener("loadend", () => {
      running.delete(xhr);
      setTimeout(next, 0);
    });
  });

  // Without a network the code stays first in line; an answer that is an error gives it back to the field.
  const keep = (event) => {
    if (event.detail.requestConfig.elt !== form()) return;
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

  // A scanner that types into another field: what it typed there is taken out again.
  const overhear = (event) => {
    const { key, target, timeStamp } = event;
    const fast = timeStamp - burst.at < FAST;
    if (key === "Enter" && fast && burst.keys.length >= SHORTEST) {
      event.preventDefault();
      target.value = burst.before;
      take(burst.keys);
    } else if (key.length === 1) {
      burst = fast
        ? { ...burst, keys: burst.keys + key, at: timeStamp }
        : { keys: key, at: timeStamp, before: target.value };
    }
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || target === field()) return;
    if (writes(target)) overhear(event);
    else if (key.length === 1 && key !== " ") {
      field().focus();
      field().select();
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
    if (target && target.id === "main" && !document.querySelector("#main [role=alert]")) field().focus();
  });
  document.addEventListener("DOMContentLoaded", quiet);
})();
