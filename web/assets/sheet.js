// A form while it is filled in: asks the server which fields apply, keeps a draft, adds rows to tables.
const QUIET_BEFORE_ASKING = 250;
const QUIET_BEFORE_SAVING = 1500;

export function tendSheets(root) {
  root.querySelectorAll("form[data-sheet]").forEach(tend);
}

function tend(form) {
  const ask = later(QUIET_BEFORE_ASKING, () => preview(form));
  const save = later(QUIET_BEFORE_SAVING, () => keep(form));
  form.addEventListener("input", () => { ask(); save(); });
  form.addEventListener("change", ask);
  form.addEventListener("click", (event) => addRow(form, event));
  form.addEventListener("submit", (event) => onlyOnce(form, event, [ask, save]));
  if (form.querySelector(".not-asked, .condition")) ask();
}

function later(quiet, act) {
  let timer;
  const start = () => { clearTimeout(timer); timer = setTimeout(act, quiet); };
  start.cancel = () => clearTimeout(timer);
  return start;
}

function fieldsOf(form) {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  for (const place of form.querySelectorAll("[type=file]")) restoreKept(form, fields, place.name);
  return new URLSearchParams(fields);
}

function restoreKept(form, fields, name) {
  const kept = [...form.querySelectorAll("[type=checkbox]:checked")].filter((box) => box.name === name);
  if (kept.length && !fields.has(name)) kept.forEach((box) => fields.append(name, box.value));
}

const send = (address, form, signal) => fetch(address, {
  method: "POST", body: fieldsOf(form), credentials: "same-origin", signal, headers: { Accept: "application/json" },
});

let asking, saving;
async function preview(form) {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await send("/forms/preview", form, asking.signal);
    if (answer.ok) show(form, await answer.json());
  } catch (reason) {
    if (reason.name !== "AbortError") console.warn("conditional fields not updated:", reason);
  }
}

function show(form, { asked, required }) {
  for (const field of form.querySelectorAll("[data-field]")) {
    const id = field.dataset.field;
    if (asked) field.classList.toggle("not-asked", !asked.includes(id));
    const mark = field.querySelector(":scope > .form-label [data-required]");
    if (mark) mark.hidden = !required.includes(id);
  }
}

async function keep(form) {
  const state = form.querySelector("[data-draft-state]");
  if (!state) return;
  state.textContent = state.dataset.saving;
  saving?.abort();
  saving = new AbortController();
  try {
    const answer = await send("/drafts", form, saving.signal);
    state.textContent = answer.ok ? state.dataset.saved : state.dataset.failed;
  } catch (reason) {
    state.textContent = reason.name === "AbortError" ? "" : state.dataset.failed;
  }
}

/** A form is sent once, and no question about it is still on the way when it is no longer open. */
function onlyOnce(form, event, questions) {
  if (form.dataset.sent) { event.preventDefault(); return; }
  questions.forEach((question) => question.cancel());
  asking?.abort();
  saving?.abort();
  form.dataset.sent = "yes";
}
// Coming back with the browser's back button finds the form ready again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

function addRow(form, event) {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  event.preventDefault();
  const rows = button.parentElement.querySelectorAll(":scope > .repeat-row");
  const last = rows[rows.length - 1];
  const number = Number(last.dataset.row) + 1;
  const fresh = last.cloneNode(true);
  renumber(fresh, button.value, last.dataset.row, number);
  last.after(fresh);
  fresh.querySelector("input, select, textarea")?.focus();
}

function renumber(row, table, from, to) {
  const was = `${table}.${from}.`;
  row.dataset.row = to;
  const legend = row.querySelector("legend");
  legend.textContent = legend.textContent.replace(/\d+/, String(to + 1));
  row.querySelectorAll(".wrong").forEach((wrong) => wrong.remove());
  row.querySelectorAll(".is-wrong").forEach((cell) => cell.classList.remove("is-wrong"));
  for (const place of row.querySelectorAll("[name], [id], [for]")) {
    for (const attribute of ["name", "id", "for", "aria-describedby"]) {
      const value = place.getAttribute(attribute);
      if (value?.includes(was)) place.setAttribute(attribute, value.replaceAll(was, `${table}.${to}.`));
    }
    if ("checked" in place && ["checkbox", "radio"].includes(place.type)) place.checked = false;
    else if ("value" in place) place.value = "";
  }
}
