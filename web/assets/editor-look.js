// How the editor looks: stands here and not in a style sheet because the editor lives in a shadow root.
import { EditorView } from "@codemirror/view";

export const look = EditorView.theme({
  "&": { border: "1px solid var(--bs-border-color, #dee2e6)", borderRadius: "0.375rem", fontSize: "0.875rem",
         maxHeight: "70vh", backgroundColor: "#fff" },
  "&.cm-focused": { outline: "2px solid var(--bs-primary, #0d6efd)" },
  ".cm-scroller": { fontFamily: '"Sarasa Mono SC", "Noto Sans Mono CJK SC", Consolas, Menlo, monospace',
                    overflow: "auto", minHeight: "20rem" },
});
