// On a phone panels are folded (phone.css). What the address points into is opened, and is closed by hand like any other.
// Without this file it stays open for as long as the address says so.

const FOLDED = "details, .body, .fold";

function reveal() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && document.getElementById(name);
  if (!target) return;
  let opened = false;
  for (let part = target.closest(FOLDED); part; part = part.parentElement?.closest(FOLDED)) {
    const toggle = part.matches("details") ? part : part.matches(".fold") ? part.querySelector(":scope > .toggle") : part.previousElementSibling;
    if (!toggle?.matches("details") || toggle.open) continue;
    toggle.open = true;
    opened = true;
  }
  if (opened) target.scrollIntoView();
}

document.documentElement.classList.add("scripted");
addEventListener("hashchange", reveal);
// The same link once more, after its panel was closed, changes no address.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (link && link.hash === location.hash) reveal();
});

// The rest of the ways lies over the page: pressing beside it, or Escape, puts it away.
const more = document.querySelector(".ways > .toggle");
document.addEventListener("click", (event) => { if (more?.open && !event.target.closest?.(".ways")) more.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !more?.open) return;
  more.open = false;
  more.querySelector("summary").focus();
});

reveal();
