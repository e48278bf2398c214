// The editor of a definition: CodeMirror over <textarea data-yaml-editor>, or data-xml-editor for a BPMN file. The
// textarea stays the form's field, so sending, reloading and working without this script all go on as before.
//   data-check-url   gets the form's fields, answers {problems: [...], diagram: address of a picture, empty while broken}
//   data-schema-url  JSON Schema of the language, for completion (optional)
// Problems go to #problems, the diagram to #diagram.
import { yaml, yamlLanguage } from "@codemirror/lang-yaml";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { stateExtensions, updateSchema } from "codemirror-json-schema";
import { yamlCompletion } from "codemirror-json-schema/yaml";
import { phrases, sentences } from "./editor-words.js";
import { look } from "./editor-look.js";
import { listProblems, marksOf } from "./problems.js";

const QUIET_BEFORE_CHECK = 400;
const isEnglish = document.documentElement.lang.startsWith("en");

function edit(textarea) {
  const checker = checkerOf(textarea);
  const root = shadowAfter(textarea);
  const view = new EditorView({
    parent: root,
    root,
    doc: textarea.value,
    extensions: [
      basicSetup,
      look,
      "yamlEditor" in textarea.dataset ? [yaml(), yamlLanguage.data.of({ autocomplete: completion() }), stateExtensions()] : [],
      lintGutter(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": textarea.labels?.[0]?.textContent.trim() ?? textarea.name }),
      isEnglish ? [] : EditorState.phrases.of(phrases),
      EditorState.readOnly.of(textarea.readOnly),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        textarea.value = update.state.doc.toString();
        checker.later(update.view);
      }),
    ],
  });
  textarea.hidden = true;
  // A browser that goes back puts what was typed into the textarea, after this script has read it.
  window.addEventListener("pageshow", () => take(view, textarea.value));
  if ("yamlEditor" in textarea.dataset) learn(view, textarea.dataset.schemaUrl);
  checker.now(view);
}

function take(view, text) {
  if (text === view.state.doc.toString()) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/** Words of the schema. Before one is known the library answers with a bare list, which CodeMirror cannot read. */
function completion() {
  const complete = yamlCompletion();
  return async (context) => {
    const found = await complete(context);
    return Array.isArray(found) ? null : found;
  };
}

/** In a shadow root CodeMirror adopts style sheets; in the page it would write style elements, which the CSP refuses. */
function shadowAfter(textarea) {
  const host = document.createElement("div");
  textarea.after(host);
  return host.attachShadow({ mode: "open" });
}

async function learn(view, url) {
  if (!url) return;
  const answer = await fetch(url, { credentials: "same-origin" });
  if (answer.ok) updateSchema(view, await answer.json());
}

/** Asks the server about the text once typing has paused; only the newest question's answer is shown. */
function checkerOf(textarea) {
  let timer, question;
  const now = async (view) => {
    question?.abort();
    question = new AbortController();
    try {
      show(view, await ask(textarea, question.signal), textarea);
    } catch (reason) {
      if (reason.name !== "AbortError") listProblems([unreachable()], { view, isEnglish });
    }
  };
  const later = (view) => {
    clearTimeout(timer);
    timer = setTimeout(() => now(view), QUIET_BEFORE_CHECK);
  };
  return { now, later };
}

async function ask(textarea, signal) {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  const answer = await fetch(textarea.dataset.checkUrl, {
    method: "POST",
    body: new URLSearchParams(new FormData(textarea.form)),
    headers: token ? { "X-CSRF-Token": token } : {},
    credentials: "same-origin",
    signal,
  });
  if (!answer.ok) throw new Error(`check answered ${answer.status}`);
  return answer.json();
}

function show(view, answer, textarea) {
  const file = new FormData(textarea.form).get("definition-file");
  const here = answer.problems.filter((problem) => problem.file === file);
  view.dispatch(setDiagnostics(view.state, marksOf(here, view.state.doc)));
  listProblems(answer.problems, { file, view, isEnglish });
  draw(answer.diagram);
}

/** The last readable diagram stays while the text is broken. */
function draw(address) {
  const place = document.querySelector("#diagram");
  if (!place || !address) return;
  place.replaceChildren(Object.assign(new Image(), { src: address, alt: sentences(isEnglish).diagram }));
}

const unreachable = () => ({ severity: "error", message: sentences(isEnglish).unreachable });

document.querySelectorAll("textarea[data-yaml-editor], textarea[data-xml-editor]").forEach(edit);
