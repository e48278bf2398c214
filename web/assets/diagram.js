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

function loadAll(root) {
  for (const place of root.querySelectorAll("[data-bpmn-url]:not([data-loaded])")) {
    place.dataset.loaded = "";
    load(place).catch((reason) => console.warn("diagram not shown:", reason));
  }
}

loadAll(document);
document.addEventListener("htmx:load", (event) => loadAll(event.target));
