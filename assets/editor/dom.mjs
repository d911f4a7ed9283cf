// Small helpers to make elements.

const SVG = "http://www.w3.org/2000/svg";

function apply(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

const fill = (element, children) => {
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

// An HTML element: h("button", {class: "x", onclick: f}, "words").
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (tag === "button") element.type = "button";
  return fill(apply(element, attributes), children);
}

// An SVG element.
export const s = (tag, attributes = {}, ...children) => fill(apply(document.createElementNS(SVG, tag), attributes), children);

export const set = apply;

// Words of the page by key, with {names} filled in.
export const speaker = (texts) => (key, values = {}) =>
  (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

// Other children, with the focus on what stands in the place of what had it (by data-focus).
export function replace(element, ...children) {
  const held = element.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  element.replaceChildren();
  fill(element, children);
  if (held !== undefined) element.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

// Other children in the place of those there are; elements of the same kind stay and get the attributes of the
// new ones. What is being touched or has the focus must not vanish: its events would go nowhere.
export function morph(parent, children) {
  const wanted = children.flat().filter(Boolean);
  wanted.forEach((child, at) => {
    const old = parent.childNodes[at];
    if (!old) parent.append(child);
    else if (old.nodeName !== child.nodeName) old.replaceWith(child);
    else if (old.nodeType === Node.TEXT_NODE) {
      if (old.data !== child.data) old.data = child.data;
    } else {
      for (const { name } of [...old.attributes]) if (!child.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of child.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      morph(old, [...child.childNodes]);
    }
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
}
