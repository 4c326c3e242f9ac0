// The board's life: events come in as ready-made lines, panels as ready-made HTML.  Without this file the page stands.

import { freeze, now, setTime, tick, wallTime } from "./clocks.js";
import { chime } from "./sound.js";

const LOST_AFTER = 30000;
const MOST_LINES = 60;
const LONGEST_PRESS = 10000;

const link = document.getElementById("link");
const linkText = document.getElementById("link-text");
const stale = document.getElementById("stale");
const herald = document.getElementById("herald");
const stream = document.getElementById("stream");

let heard = performance.now();
let heardAt = now();
let held = null;
let release = 0;
let asking = Promise.resolve();
const wanted = new Set();

function listen() {
  const source = new EventSource(`/live?after=${link.dataset.after}`);
  source.addEventListener("open", alive);
  source.addEventListener("ping", (event) => alive(JSON.parse(event.data)));
  source.addEventListener("case", (event) => { link.dataset.after = event.lastEventId; alive(); calmly(() => tell(JSON.parse(event.data))); });
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
  if (alert) { herald.textContent = alert; chime(); }
}

// What is replaced or moved between pressing and letting go would lose the click: until then the board holds still.
function calmly(act) {
  if (held) held.push(act);
  else act();
}

function press(event) {
  if (!event.isPrimary || event.button !== 0) return;
  held ??= [];
  clearTimeout(release);
  release = setTimeout(goOn, LONGEST_PRESS);
}

// The click comes right after letting go.
function letGo() {
  clearTimeout(release);
  release = setTimeout(goOn);
}

function goOn() {
  const acts = held ?? [];
  held = null;
  for (const act of acts) act();
}

// A filtered board is its own: it asks for its own panels when the common ones have changed, one time after the other, so
// that an older answer never comes last.
function redraw(parts) {
  if (!link.dataset.filtered) { calmly(() => draw(parts)); return; }
  for (const name of Object.keys(parts)) wanted.add(name);
  asking = asking.then(async () => { const own = await ownParts(); calmly(() => draw(own)); });
}

function draw(parts) {
  for (const [name, html] of Object.entries(parts)) {
    const panel = document.getElementById(name);
    if (!panel) continue;
    const { scrollTop } = panel;
    const focused = panel.contains(document.activeElement) ? sameAs(document.activeElement) : "";
    panel.innerHTML = html;
    panel.scrollTop = scrollTop;
    if (focused) panel.querySelector(focused)?.focus();
  }
  const counted = document.querySelector("#sources [data-ok]");
  if (counted) document.getElementById("sources-ok").textContent = counted.dataset.ok;
  tick();
}

// How to find what somebody stood on in the panel that takes its place.
function sameAs(element) {
  for (const name of ["href", "formaction"]) {
    if (element.hasAttribute(name)) return `[${name}="${CSS.escape(element.getAttribute(name))}"]`;
  }
  return "";
}

// Where no answer comes, they stay wanted until the next time.
async function ownParts() {
  const names = [...wanted];
  if (!names.length) return {};
  wanted.clear();
  let page;
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(LOST_AFTER) });
    if (!answer.ok) throw new Error(answer.statusText);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    for (const name of names) wanted.add(name);
    return {};
  }
  return Object.fromEntries(names.flatMap((name) => {
    const panel = page.getElementById(name);
    return panel ? [[name, panel.innerHTML]] : [];
  }));
}

document.addEventListener("pointerdown", press);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, letGo);
listen();
setInterval(watch, 1000);
