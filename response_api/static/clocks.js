// Clocks run from the server's deadline and the server's time, never from this machine's clock: performance.now()
// only measures what has passed since the server last said what time it is.

// A demo may run its time faster: then every second that passes here is several there.
let offset = 0;
let speed = 1;
let frozenAt = null;

export function setTime(serverMillis) {
  offset = serverMillis - performance.now() * speed;
}

export function now() {
  return frozenAt ?? offset + performance.now() * speed;
}

// Stand still at this moment; null lets time run on.
export function freeze(moment) {
  frozenAt = moment;
}

const two = (number) => String(number).padStart(2, "0");

export function countdown(millis) {
  const seconds = Math.trunc(millis / 1000);
  const rest = Math.abs(seconds);
  const hours = Math.floor(rest / 3600);
  const days = hours >= 100 ? Math.floor(hours / 24) : 0; // response_api/times.py does the same
  return `${seconds < 0 ? "−" : ""}${days ? `${days}天 ` : ""}${two(days ? hours % 24 : hours)}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
}

const shanghai = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit",
});

export function wallTime(millis) {
  return shanghai.format(millis).replace(/^24/, "00");
}

function toneOf(left, share) {
  if (left <= 0) return "over";
  return left <= 3600000 || share >= 75 ? "soon" : "calm";
}

export function tick() {
  const moment = now();
  for (const clock of document.querySelectorAll("time.count[data-due]")) {
    const due = Number(clock.dataset.due);
    const left = due - moment;
    const text = countdown(left);
    if (clock.textContent !== text) clock.textContent = text;
    if (!clock.dataset.start) continue;
    const whole = due - Number(clock.dataset.start);
    const share = whole <= 0 ? 100 : Math.min(100, Math.max(0, (100 * (whole - left)) / whole));
    const tone = toneOf(left, share);
    const bar = clock.parentElement.querySelector("progress");
    if (bar) bar.value = share;
    if (clock.classList.contains(tone)) continue;
    for (const part of [clock, bar, clock.closest("tr, .clock")]) {
      part?.classList.remove("over", "soon", "calm");
      part?.classList.add(tone);
    }
  }
  const wall = document.getElementById("wall");
  if (wall) wall.textContent = wallTime(moment);
}

export function start() {
  const told = document.querySelector("[data-now]");
  speed = Number(document.body.dataset.speed || 1);
  if (told) setTime(Number(told.dataset.now));
  tick();
  setInterval(tick, 1000);
}

start();
