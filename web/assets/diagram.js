// Diagrams of a page: every element with data-bpmn-url gets its diagram, with the steps of data-lit and data-done
// marked and the step of data-here in the middle. Without this script, or when the diagram cannot be had, the picture inside the element stays.
import { showBpmn } from "./viewer.js";

const idsOf = (text) => (text ?? "").split(",").map((id) => id.trim()).filter(Boolean);

async function load(place) {
  const answer = await fetch(place.dataset.bpmnUrl, { credentials: "same-origin" });
  if (!answer.ok) return;
  const { lit, done, here } = place.dataset;
  await showBpmn(place, await answer.text(), { lit: idsOf(lit), done: idsOf(done), here });
}

// A large diagram costs a telephone a second: it is drawn when somebody is about to look at it.
const watcher = new IntersectionObserver((entries) => {
  for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
    watcher.unobserve(target);
    load(target).catch((reason) => console.warn("diagram not shown:", reason));
  }
}, { rootMargin: "100px" });

function loadAll(root) {
  for (const place of root.querySelectorAll("[data-bpmn-url]:not([data-loaded])")) {
    place.dataset.loaded = "";
    watcher.observe(place);
  }
}

loadAll(document);
document.addEventListener("htmx:load", (event) => loadAll(event.target));
