// Shows one BPMN diagram in one element: the only door to bpmn-js, whose watermark stays visible.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

/** Draw `xml` inside `place`; what stood there (a picture, a sentence) goes only once the diagram is readable. */
export async function showBpmn(place, xml, { lit = [], done = [], here = "" } = {}) {
  const canvasPlace = document.createElement("div");
  canvasPlace.className = "bpmn-canvas";
  const viewer = new NavigatedViewer();
  await viewer.importXML(xml);
  place.replaceChildren(canvasPlace);
  viewer.attachTo(canvasPlace);
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  mark(canvas, elements, done.filter((id) => !lit.includes(id)), "done");
  mark(canvas, elements, lit, "lit");
  canvas.resized();
  show(canvas, (elements.get(here) ? [here] : lit).map((id) => elements.get(id)).filter((element) => element?.width));
  return viewer;
}

function mark(canvas, elements, ids, marker) {
  for (const id of ids) {
    if (elements.get(id)) canvas.addMarker(id, marker);
  }
}

/** The whole diagram when it stays readable, else a readable piece of it around where the case stands. */
function show(canvas, standing) {
  const readable = 0.85;
  canvas.zoom("fit-viewport");
  if (canvas.zoom() >= readable) {
    canvas.zoom("fit-viewport", "auto");
    return;
  }
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / readable;
  const height = outer.height / readable;
  const middle = standing.length ? busiest(standing, width, height) : { x: inner.x + width / 2, y: inner.y + height / 2 };
  canvas.viewbox({
    x: within(middle.x - width / 2, inner.x, inner.width - width),
    y: within(middle.y - height / 2, inner.y, inner.height - height),
    width,
    height,
  });
}

/** The middle of the step that has the most other open steps around it. */
function busiest(standing, width, height) {
  const middles = standing.map(middleOf);
  const around = ({ x, y }) => middles.filter((other) =>
    Math.abs(other.x - x) < width / 2 && Math.abs(other.y - y) < height / 2).length;
  return middles.reduce((best, each) => (around(each) > around(best) ? each : best));
}

const middleOf = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });

/** As wanted, but not further than the diagram goes; what is smaller than the window stands in its middle. */
const within = (wanted, start, spare) =>
  (spare < 0 ? start + spare / 2 : Math.min(Math.max(wanted, start), start + spare));
