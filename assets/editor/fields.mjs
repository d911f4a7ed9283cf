// Fields of a form: each shows a value of the document, and says what it expected where it cannot take what it got.

import { h, set } from "./dom.mjs";

let count = 0;

class Field {
  constructor(label, input, read) {
    this.input = input;
    this.read = read;
    this.note = h("span", { class: "edit-field-note", id: `edit-field-${(count += 1)}`, role: "alert" });
    this.label = h("span", { class: "edit-field-label" }, label);
    this.node = h("div", { class: "edit-field" }, h("label", {}, this.label, input), this.note);
    this.bad = false;
  }

  // Show the value; what somebody is typing, or has to correct, stays unless the field is now of something else.
  sync(anew) {
    if (!anew && (this.bad || this.input === document.activeElement)) return;
    const value = this.read();
    if (this.input.type === "checkbox") this.input.checked = value;
    else if (this.input.value !== String(value)) this.input.value = value;
    this.complain("");
  }

  complain(words) {
    this.bad = words !== "";
    if (this.note.textContent !== words) this.note.textContent = words;
    set(this.input, { "aria-invalid": this.bad || null, "aria-describedby": this.bad ? this.note.id : null });
  }
}

export function textField(label, read, write, attributes = {}) {
  const input = h("input", { type: "text", autocomplete: "off", ...attributes });
  input.addEventListener("input", () => write(input.value));
  return new Field(label, input, read);
}

export function checkField(label, read, write) {
  const input = h("input", { type: "checkbox" });
  input.addEventListener("change", () => write(input.checked));
  const field = new Field(label, input, read);
  field.node.classList.add("edit-check");
  return field;
}

export function choiceField(label, options, read, write) {
  const input = h("select", {}, options.map(([value, words]) => h("option", { value }, words)));
  input.addEventListener("change", () => write(input.value));
  return new Field(label, input, read);
}

// A number within `range()` = [low, high]; empty is null where that is allowed. `t` says what is expected.
export function numberField(label, { t, unit = () => "", step = () => 1, range, read, write, empty = false, ...attributes }) {
  const shown = () => {
    const value = read();
    return value === null ? "" : Number(value.toFixed(Math.max(0, -Math.floor(Math.log10(step())))));
  };
  const input = h("input", { type: "number", inputmode: "decimal", step: "any", ...attributes });
  const field = new Field(label, input, shown);
  const suffix = h("span", { class: "edit-unit" });
  field.label.append(suffix);
  const took = () => {
    const typed = input.value.trim();
    if (typed === "" && empty && !input.validity.badInput) return void (field.complain(""), write(null));
    const value = Number(typed);
    const [low, high] = range();
    const slack = step() / 2; // what is shown is rounded
    const fits = typed !== "" && Number.isFinite(value) && value >= low - slack && value <= high + slack;
    const edge = (number) => Number(number.toFixed(1));
    field.complain(fits ? "" : t("field-expected", { low: edge(low), high: edge(high), unit: unit() && ` ${unit()}`, got: typed || t("nothing") }));
    if (fits) write(Math.min(Math.max(value, low), high));
  };
  input.addEventListener("input", took);
  input.addEventListener("blur", () => field.sync());
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const by = step() * (event.shiftKey ? 10 : 1) * (event.key === "ArrowUp" ? 1 : -1);
    const [low, high] = range();
    input.value = Number(Math.min(Math.max((Number(input.value) || 0) + by, low), high).toFixed(3));
    took();
  });
  const sync = field.sync.bind(field);
  field.sync = (anew) => {
    const words = unit() ? ` ${unit()}` : "";
    if (suffix.textContent !== words) suffix.textContent = words;
    sync(anew);
  };
  return field;
}
