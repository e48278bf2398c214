// Shows one BPMN diagram in one element: the only door to bpmn-js, whose watermark stays visible.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

/** Draw `xml` inside `place`; what stood there (a picture, a sentence) goes only once the diagram is readable. */
export async function showBpmn(place, xml, { lit = [], done = [] } = {}) {
  const canvasPlace = document.createElement("div");
  canvasPlace.className = "bpmn-canvas";
  const viewer = new NavigatedViewer();
  await viewer.importXML(xml);
  place.replaceChildren(canvasPlace);
  viewer.attachTo(canvasPlace);
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  mark(canvas, elements, done, "done");
  mark(canvas, elements, lit, "lit");
  fit(canvas);
  return viewer;
}

function mark(canvas, elements, ids, marker) {
  for (const id of ids) {
    if (elements.get(id)) canvas.addMarker(id, marker);
  }
}

/** The whole diagram when it stays readable, else its beginning. */
function fit(canvas) {
  canvas.zoom("fit-viewport", "auto");
  const smallestReadable = 0.5;
  if (canvas.zoom() < smallestReadable) canvas.zoom(smallestReadable, { x: 0, y: 0 });
}
