// Problems of a definition as the server tells them, {file, line, column, severity, message, hint} in the language of the
// page, line and column counted from 1: marks in the text, and the list that the page shows without this script too.
import { sentences } from "./editor-words.js";

/** What CodeMirror underlines: from the place to the end of the word there, at least one character. */
export function marksOf(problems, doc) {
  return problems.map((problem) => {
    const message = problem.hint ? `${problem.message}\n${problem.hint}` : problem.message;
    return { ...spanOf(problem, doc), message, severity: problem.severity === "warning" ? "warning" : "error" };
  }).sort((one, other) => one.from - other.from);
}

function spanOf({ line, column }, doc) {
  const row = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const from = Math.min(row.from + Math.max(column - 1, 0), row.to);
  const word = /^\S+/.exec(row.text.slice(from - row.from))?.[0].length ?? 0;
  return { from, to: Math.min(from + Math.max(word, 1), doc.length) };
}

/** Fill #problems; a click on a place of the edited file goes there. */
export function listProblems(problems, { file, view, isEnglish }) {
  const place = document.querySelector("#problems");
  if (!place) return;
  if (!problems.length) {
    place.replaceChildren(withText("p", "", sentences(isEnglish).none));
    return;
  }
  const list = withText("ol", "plain stack", "");
  list.append(...problems.map((problem) => itemOf(problem, { file, view, isEnglish })));
  const words = sentences(isEnglish);
  const isFine = problems.every((problem) => problem.severity === "warning");
  place.replaceChildren(...(isFine ? [withText("p", "", words.fine)] : []), list);
}

function itemOf(problem, { file, view, isEnglish }) {
  const item = withText("li", `problem problem-${problem.severity}`, "");
  if (problem.file) item.append(problem.file === file ? jumpTo(problem, view) : withText("span", "digest", placeOf(problem)));
  const before = problem.severity === "warning" ? sentences(isEnglish).warning : "";
  item.append(withText("p", "", before + problem.message));
  if (problem.hint) item.append(withText("p", "muted", problem.hint));
  return item;
}

const placeOf = ({ file, line, column }) => `${file}:${line}:${column}`;

function jumpTo(problem, view) {
  const button = withText("button", "digest problem-place", placeOf(problem));
  button.type = "button";
  button.addEventListener("click", () => {
    view.dispatch({ selection: { anchor: spanOf(problem, view.state.doc).from }, scrollIntoView: true });
    view.focus();
  });
  return button;
}

function withText(tag, className, text) {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
