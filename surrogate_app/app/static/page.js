// What a page needs of the browser: clipboard, downloads, its address, accessible names, and word
// that its kernel has ended.

const ANNOUNCE_MS = 1600;
const ADDRESS_DELAY_MS = 400;
const SETTLE_MS = 50;
const PROBE_MS = 400;
const ASK_EVERY_MS = 10000;
const PATIENCE_MS = 6000;

// Links to a page hold its state and its theme; all else in the address belongs to whoever opened it,
// such as the token of a hub, and stays in the address alone.
function address(model, shared) {
  const url = new URL(window.location.href);
  const own = new Set(model.get("query_keys"));
  const kept = [...new URLSearchParams(url.search)].filter(
    ([key]) => !own.has(key) && (!shared || key === "theme"),
  );
  const others = new URLSearchParams(kept).toString();
  url.search = [others, model.get("query")].filter(Boolean).join("&");
  url.hash = "";
  return url.href;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // the clipboard is closed to frames and to plain http; the old way works there
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

function announce(button, text) {
  const before = button.dataset.label ?? button.textContent;
  button.dataset.label = before;
  button.textContent = text;
  setTimeout(() => (button.textContent = before), ANNOUNCE_MS);
}

function download({ filename, url }) {
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = filename;
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
}

const PLAYER = { play: "Play", pause: "Pause", stop: "Stop", retweet: "Repeat" };

function name(element, text) {
  if (text && element && element.getAttribute("aria-label") !== text) {
    element.setAttribute("aria-label", text);
    if (element.localName === "button") element.title = text;
  }
}

// noUiSlider leaves its handles without a name, though each has a label beside it, and the buttons
// of a player have nothing but an icon
function nameControls() {
  for (const control of document.querySelectorAll(".sa-control, .sa-player")) {
    name(control.querySelector(".noUi-handle"), control.querySelector("label")?.textContent);
  }
  for (const icon of document.querySelectorAll(".sa-player .widget-play .fa")) {
    const kind = Object.keys(PLAYER).find((key) => icon.classList.contains(`fa-${key}`));
    name(icon.closest("button"), PLAYER[kind]);
  }
}

function drawsInSpace() {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

// Whether the kernel is alive but has no time to answer
async function computes() {
  const settings = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  try {
    const answer = await fetch(`${settings.baseUrl}api/kernels/${settings.kernelId}`);
    return answer.ok && (await answer.json()).execution_state === "busy";
  } catch {
    return false; // the server has ended as well
  }
}

function showLost() {
  const message = document.createElement("div");
  message.className = "sa-error sa-lost";
  message.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Reload";
  button.addEventListener("click", () => window.location.reload());
  message.append(
    "The computation behind this page has ended. Reload the page to go on with the same inputs. ",
    button,
  );
  document.querySelector(".sa-page")?.prepend(message);
}

// The kernel is asked after what a visitor does and never otherwise: a page that nobody uses must
// not look used to a hub that ends idle servers.
function watchKernel(model, signal) {
  let asked = -Infinity;
  let timer;
  async function check() {
    if (document.querySelector(".sa-lost")) return;
    if (await computes()) timer = setTimeout(check, PATIENCE_MS);
    else showLost();
  }
  model.on("msg:custom", (message) => {
    if (message.kind !== "here") return;
    clearTimeout(timer);
    document.querySelector(".sa-lost")?.remove();
  });
  function ask() {
    if (performance.now() - asked < ASK_EVERY_MS) return;
    asked = performance.now();
    clearTimeout(timer);
    timer = setTimeout(check, PATIENCE_MS);
    model.send({ kind: "ask" });
  }
  for (const type of ["pointerdown", "keydown"]) {
    document.addEventListener(type, ask, { signal, capture: true });
  }
  signal.addEventListener("abort", () => clearTimeout(timer));
}

const SEEN = "surrogate-app-tour";

// private windows and frames may have no storage
function remembered() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return true;
  }
}

function remember() {
  try {
    localStorage.setItem(SEEN, "seen");
  } catch {
    // the tour is offered again
  }
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// A card that explains the page step by step and outlines what it speaks of. It is offered on the
// first visit, and opened by any link to #tour.
class Tour {
  constructor(steps, near) {
    this.steps = steps;
    this.near = near;
    this.count = element("p", { className: "sa-tour-count" });
    this.title = element("h2", { id: "sa-tour-title", tabIndex: -1 });
    this.text = element("p");
    this.back = this.button("Back", () => this.show(this.at - 1));
    this.next = this.button("Next", () => this.show(this.at + 1));
    this.end = this.button("Close", () => this.close());
    const buttons = element("div", { className: "sa-chips" }, this.back, this.next, this.end);
    this.card = element("section", { id: "tour", className: "sa-tour", hidden: true });
    this.card.setAttribute("role", "dialog");
    this.card.setAttribute("aria-labelledby", this.title.id);
    this.card.append(this.count, this.title, this.text, buttons);
    this.card.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  // widgets join the page after they are drawn
  place() {
    if (!this.card.isConnected) this.near.closest(".sa-page")?.append(this.card);
  }

  button(text, act) {
    const made = element("button", { type: "button", className: "sa-button", textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  offer() {
    this.at = -1;
    this.fill(
      "First visit",
      "New here?",
      `A tour of ${this.steps.length} steps shows what this page answers.`,
    );
    this.end.textContent = "No, thanks";
    this.next.textContent = "Take the tour";
  }

  start() {
    this.place();
    this.from = document.activeElement;
    this.show(0);
  }

  show(at) {
    remember();
    if (at === this.steps.length) return this.close();
    this.at = at;
    const { select, title, text } = this.steps[at];
    this.fill(`Step ${at + 1} of ${this.steps.length}`, title, text);
    this.end.textContent = "Close";
    this.next.textContent = at + 1 === this.steps.length ? "Done" : "Next";
    const found = document.querySelector(select);
    const target = found?.closest(".sa-panel") ?? found;
    target?.classList.add("sa-toured");
    target?.scrollIntoView({ block: "center" });
    this.title.focus({ preventScroll: true });
  }

  fill(count, title, text) {
    this.unmark();
    this.count.textContent = count;
    this.title.textContent = title;
    this.text.textContent = text;
    this.back.hidden = this.at < 1;
    this.card.hidden = false;
  }

  unmark() {
    for (const one of document.querySelectorAll(".sa-toured")) one.classList.remove("sa-toured");
  }

  close() {
    remember();
    this.unmark();
    this.card.hidden = true;
    this.from?.focus?.();
  }
}

export default {
  render({ model, el }) {
    const abort = new AbortController();
    el.classList.add("sa-page-helper");
    if (document.body.dataset.voila) watchKernel(model, abort.signal);

    // not while the page is being built
    const probe = setTimeout(() => {
      if (drawsInSpace()) return;
      model.set("webgl", false);
      model.save_changes();
    }, PROBE_MS);

    let timer;
    function showAddress() {
      for (const anchor of document.querySelectorAll("a.sa-share")) {
        anchor.href = address(model, true);
      }
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (document.body.dataset.voila) {
          history.replaceState(null, "", address(model, false) + window.location.hash);
        }
      }, ADDRESS_DELAY_MS);
    }
    model.on("change:query", showAddress);
    showAddress();

    model.on("msg:custom", (message) => {
      if (message.kind === "download") download(message);
    });

    const steps = model.get("tour");
    const tour = steps.length ? new Tour(steps, el) : undefined;
    const offer = setTimeout(() => {
      tour?.place();
      if (tour && !remembered() && document.body.dataset.voila) tour.offer();
    }, PROBE_MS);

    document.addEventListener(
      "click",
      async (event) => {
        if (tour && event.target.closest?.('a[href$="#tour"]')) {
          event.preventDefault();
          tour.start();
          return;
        }
        const button = event.target.closest?.("[data-sa-copy]");
        if (!button) return;
        const source = document.querySelector(button.dataset.saCopy);
        await copy(source?.href ?? source?.textContent ?? "");
        announce(button, "Copied");
      },
      { signal: abort.signal },
    );

    // every redraw of a plot changes the document: look once after a burst, not at each change
    let pending;
    const observer = new MutationObserver(() => {
      pending ??= setTimeout(() => {
        pending = undefined;
        nameControls();
        for (const anchor of document.querySelectorAll("a.sa-share:not([href^='http'])")) {
          anchor.href = address(model, true);
        }
      }, SETTLE_MS);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    nameControls();

    return () => {
      clearTimeout(probe);
      clearTimeout(offer);
      tour?.card.remove();
      clearTimeout(timer);
      clearTimeout(pending);
      observer.disconnect();
      abort.abort();
    };
  },
};
