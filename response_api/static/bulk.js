// Ticking many: all of a page at once, and how many.  Without this file every box is ticked by hand.

const all = document.getElementById("all");
const told = document.getElementById("ticked");
const boxes = [...document.querySelectorAll("#bulk input[name=case]")];

function count() {
  const many = boxes.filter((box) => box.checked).length;
  told.textContent = many ? `${many} 件` : "事件";
  all.checked = many > 0 && many === boxes.length;
  all.indeterminate = many > 0 && many < boxes.length;
}

if (all && boxes.length) {
  all.hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; count(); });
  for (const box of boxes) box.addEventListener("change", count);
  count();
}
