// What htmx leaves to us: where the focus goes, what a pressed button shows, what to say when an answer fails.
(() => {
  "use strict";
  const main = () => document.getElementById("main");
  const live = () => document.getElementById("live");
  let pressed = null;

  const focusPage = () => {
    const place = main().querySelector('[role="alert"], [autofocus]') || main().querySelector("h1");
    if (place) place.focus();
  };

  const press = (button) => {
    const spinner = document.createElement("span");
    spinner.className = "spinner htmx-indicator";
    spinner.setAttribute("aria-hidden", "true");
    pressed = { button, was: [...button.childNodes] };
    button.style.minWidth = `${button.offsetWidth}px`;
    button.setAttribute("aria-busy", "true");
    button.classList.add("htmx-request");
    button.replaceChildren(spinner, ` ${live().dataset.busy}`);
  };

  const release = () => {
    if (!pressed) return;
    const { button, was } = pressed;
    pressed = null;
    button.removeAttribute("style");
    button.removeAttribute("aria-busy");
    button.classList.remove("htmx-request");
    button.replaceChildren(...was);
  };

  const again = (element, submitter) => {
    live().replaceChildren();
    if (element.requestSubmit) element.requestSubmit(submitter);
    else element.click();
  };

  const complain = (event) => {
    const status = event.detail.xhr ? event.detail.xhr.status : 0;
    const words = live().dataset;
    const { elt, triggeringEvent } = event.detail.requestConfig;
    const submitter = triggeringEvent && triggeringEvent.submitter;
    const note = document.createElement("div");
    const say = document.createElement("strong");
    const retry = document.createElement("button");
    note.className = "note";
    note.dataset.tone = "bad";
    say.textContent = status ? words[status] || words["500"] : words.lost;
    retry.type = "button";
    retry.className = "button";
    retry.textContent = words.again;
    retry.addEventListener("click", () => again(elt, submitter));
    note.append(say, retry);
    live().replaceChildren(note);
    retry.focus();
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const sent = event.detail.requestConfig.triggeringEvent;
    if (live()) live().replaceChildren();
    if (sent && sent.submitter && sent.submitter.matches(".button")) press(sent.submitter);
  });
  document.addEventListener("htmx:afterRequest", release);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target && event.detail.target.id === "main") focusPage();
    plain();
  });
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, complain);
  }

  // What only those without script need.
  const plain = () => document.querySelectorAll("[data-plain]").forEach((e) => { e.hidden = true; });
  document.addEventListener("DOMContentLoaded", plain);
})();
