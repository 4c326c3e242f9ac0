// Two tones for what is also read aloud: a new red matter, or a term that ran out.  Off until somebody turns it on; a browser
// lets no page sound before it has been touched, and the button says so.

const KEPT = "huiying-sound";
const APART = 3000;
const button = document.getElementById("sound");
let context = null;
let rang = -APART;

function wanted() {
  try { return localStorage.getItem(KEPT) === "on"; } catch { return context !== null; }
}

function keep(on) {
  try { localStorage.setItem(KEPT, on ? "on" : "off"); } catch { /* it is asked anew after a reload */ }
}

function show() {
  const on = wanted();
  const ready = on && context?.state === "running";
  button.setAttribute("aria-pressed", String(on));
  button.textContent = on ? (ready ? "声音 开" : "声音 点一下生效") : "声音 关";
  button.title = on ? "新的红色事件和到期未完成会响两声；按一下关闭" : "按一下打开：新的红色事件和到期未完成会响两声";
}

async function open() {
  context ??= new AudioContext();
  context.onstatechange = show;
  // Stays open where nobody has touched the page: it goes on by itself as soon as somebody does.
  if (context.state !== "running") await Promise.race([context.resume(), new Promise((done) => { setTimeout(done, 300); })]);
  show();
}

async function close() {
  await context?.close();
  context = null;
  show();
}

// What came while nobody was connected comes all at once, and is told once.
export function chime() {
  if (!wanted() || context?.state !== "running" || performance.now() - rang < APART) return;
  rang = performance.now();
  for (const [after, pitch] of [[0, 880], [0.22, 660]]) {
    const at = context.currentTime + after;
    const tone = new OscillatorNode(context, { frequency: pitch });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.21);
  }
}

button.hidden = false;
button.addEventListener("click", async () => {
  if (wanted() && context?.state === "running") { keep(false); await close(); return; }
  keep(true);
  await open();
  chime();
});
// Whatever is pressed anywhere lets a sound that was turned on before begin.
document.addEventListener("pointerdown", (event) => {
  if (!button.contains(event.target) && wanted() && context?.state !== "running") open();
});
if (wanted()) open();
else show();
