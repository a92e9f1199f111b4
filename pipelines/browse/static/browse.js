// What the page does not need, but is nicer with: times in the reader's zone, keys to move about, and filters folded away on small screens.
"use strict";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const two = (number) => String(number).padStart(2, "0");

for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.title = time.textContent;
    time.textContent = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  }
}
document.getElementById("zone").textContent = `Times are in your zone, ${zone}; days are counted in UTC.`;
document.querySelector(".keys").hidden = false;

if (matchMedia("(max-width: 60rem)").matches) {
  document.querySelector("details.narrow")?.removeAttribute("open");
}

const steps = [...document.querySelectorAll("[data-step]")];
const link = (step) => step.querySelector("a") ?? step;

function move(by) {
  const now = steps.findIndex((step) => step.contains(document.activeElement));
  const next = now < 0 ? (by > 0 ? 0 : steps.length - 1) : now + by;
  const step = steps[Math.min(Math.max(next, 0), steps.length - 1)];
  if (step) {
    link(step).focus();
    step.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("q").focus();
  } else if (event.key === "j") {
    move(1);
  } else if (event.key === "k") {
    move(-1);
  }
});
