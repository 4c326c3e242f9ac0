// The board's life: events come in as ready-made lines, panels as ready-made HTML.  Without this file the page stands.

import { freeze, now, setTime, tick, wallTime } from "./clocks.js";

const LOST_AFTER = 30000;
const MOST_LINES = 60;

const link = document.getElementById("link");
const linkText = document.getElementById("link-text");
const stale = document.getElementById("stale");
const herald = document.getElementById("herald");
const stream = document.getElementById("stream");

let heard = performance.now();
let heardAt = now();

function listen() {
  const source = new EventSource(`/live?after=${link.dataset.after}`);
  source.addEventListener("open", alive);
  source.addEventListener("ping", (event) => alive(JSON.parse(event.data)));
  source.addEventListener("case", (event) => { link.dataset.after = event.lastEventId; alive(); tell(JSON.parse(event.data)); });
  source.addEventListener("pulse", (event) => { const told = JSON.parse(event.data); alive(told); redraw(told.parts); });
  source.addEventListener("reload", () => { source.close(); location.reload(); });
  source.addEventListener("error", () => {
    state(stale.hidden ? "wait" : "off", "正在重连");
    // A refusal (signed out, or a server that starts anew) ends an EventSource for good: the page asks again itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(comeBack, 5000);
  });
}

async function comeBack() {
  try {
    const answer = await fetch("/", { redirect: "manual" });
    if (answer.type === "opaqueredirect") { location.reload(); return; }
  } catch { /* still away */ }
  listen();
}

function state(kind, text) {
  link.className = `link ${kind}`;
  linkText.textContent = text;
}

function alive(told) {
  freeze(null);
  stale.hidden = true;
  document.body.classList.remove("frozen");
  if (told?.now) setTime(told.now);
  heard = performance.now();
  heardAt = now();
  state("on", "实时连接 正常");
}

function watch() {
  if (performance.now() - heard < LOST_AFTER || !stale.hidden) return;
  freeze(heardAt);
  stale.querySelector("b").textContent = wallTime(heardAt);
  stale.hidden = false;
  document.body.classList.add("frozen");
}

function tell({ html, alert }) {
  const top = stream.scrollTop < 8;
  stream.querySelector(".empty")?.remove();
  stream.insertAdjacentHTML("afterbegin", html);
  stream.firstElementChild.classList.add("new");
  while (stream.children.length > MOST_LINES) stream.lastElementChild.remove();
  if (top) stream.scrollTop = 0;
  if (alert) herald.textContent = alert;
}

async function redraw(parts) {
  if (link.dataset.filtered) parts = await ownParts(Object.keys(parts));
  for (const [name, html] of Object.entries(parts)) {
    const panel = document.getElementById(name);
    if (!panel) continue;
    const { scrollTop } = panel;
    const focused = panel.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    panel.innerHTML = html;
    panel.scrollTop = scrollTop;
    if (focused) panel.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  }
  const counted = document.querySelector("#sources [data-ok]");
  if (counted) document.getElementById("sources-ok").textContent = counted.dataset.ok;
  tick();
}

// A filtered board is its own: it asks for its own panels when the common ones have changed.
async function ownParts(names) {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  return Object.fromEntries(names.flatMap((name) => {
    const panel = page.getElementById(name);
    return panel ? [[name, panel.innerHTML]] : [];
  }));
}

listen();
setInterval(watch, 1000);
