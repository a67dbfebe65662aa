// Small things that every part of the page needs.

export const byId = (id) => document.getElementById(id);

/** An element with its attributes and children; text is always text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Write a text only where it has changed, so that selections and screen readers are left in peace. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SHOWN_MS = 6000;

/** Say something to the person, for a while. */
export function say(text, { bad = false } = {}) {
  const line = make("p", {}, text);
  line.dataset.bad = bad ? "yes" : "no";
  byId("says").append(line);
  setTimeout(() => line.remove(), SHOWN_MS);
}

/** Run something a person asked for; what is refused is said. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    say(error.message, { bad: true });
    return undefined;
  }
}
