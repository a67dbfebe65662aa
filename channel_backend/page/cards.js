// Draws the list: one card a channel. A card that is there is changed in place, so that focus and reading position stay.

import { ALWAYS, INVITING, STATUSES, standingOf } from "./statuses.js";

const byName = (one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }) || one.id - other.id;

export class Cards {
  #list = document.getElementById("channels");
  #blank = document.getElementById("channel-card");
  #cards = new Map();
  #onAction;

  constructor(onAction) {
    this.#onAction = onAction;
    this.#list.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-action]");
      if (button) this.#onAction(button.dataset.action, Number(button.closest("li").dataset.id));
    });
  }

  draw(channels, tongue, { mayChange, busy }) {
    const wanted = [...channels].sort(byName);
    const present = new Set(wanted.map((channel) => channel.id));
    for (const id of [...this.#cards.keys()]) if (!present.has(id)) this.#remove(id);
    wanted.forEach((channel, place) => {
      const card = this.#card(channel.id);
      if (this.#list.children[place] !== card) this.#list.insertBefore(card, this.#list.children[place] ?? null);
      fillIn(card, channel, tongue, mayChange, busy.has(channel.id));
    });
  }

  focus(id) {
    this.#cards.get(id)?.querySelector("button:not([disabled])")?.focus();
  }

  #card(id) {
    if (!this.#cards.has(id)) {
      const card = this.#blank.content.firstElementChild.cloneNode(true);
      card.dataset.id = id;
      card.querySelector(".name").id = `channel-${id}`;
      card.setAttribute("aria-labelledby", `channel-${id}`);
      this.#cards.set(id, card);
    }
    return this.#cards.get(id);
  }

  #remove(id) {
    this.#cards.get(id).remove();
    this.#cards.delete(id);
  }
}

const write = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

const fillIn = (card, channel, tongue, mayChange, isBusy) => {
  const { tone } = standingOf(channel.status);
  card.dataset.status = channel.status;
  card.setAttribute("aria-busy", String(isBusy || channel.status === "CONNECTING"));
  write(card.querySelector(".name"), channel.name);
  const badge = card.querySelector(".badge");
  badge.className = `badge ${tone}`;
  write(badge, statusWord(channel.status, tongue));
  write(card.querySelector(".number"), channel.number ? `+${channel.number}` : "");
  write(card.querySelector(".hint"), hint(channel, tongue));
  drawActions(card.querySelector(".actions"), channel, tongue, mayChange, isBusy);
};

export const statusWord = (status, tongue) =>
  status in STATUSES ? tongue.say(status) : tongue.say("unknownStatus", { status: String(status) });

const hint = (channel, tongue) => {
  if (channel.status === "ERROR" && channel.statusReason) return tongue.reason(channel.statusReason);
  return channel.status in STATUSES ? tongue.say(`hint${channel.status}`) : "";
};

const drawActions = (place, channel, tongue, mayChange, isBusy) => {
  const wanted = mayChange ? [...standingOf(channel.status).actions, ...ALWAYS] : [];
  const held = document.activeElement?.closest?.(".actions") === place ? document.activeElement.dataset.action : null;
  const buttons = wanted.map((action) => place.querySelector(`[data-action=${action}]`) ?? newButton(action));
  buttons.forEach((button) => {
    const action = button.dataset.action;
    write(button, tongue.say(action));
    button.setAttribute("aria-label", tongue.say("onChannel", { action: tongue.say(action), name: channel.name }));
    button.setAttribute("aria-disabled", String(isBusy && !ALWAYS.includes(action)));
    button.className = INVITING.has(action) ? "primary" : "";
  });
  if (buttons.some((button, nth) => place.children[nth] !== button) || place.children.length !== buttons.length) {
    place.replaceChildren(...buttons);
    if (held) (place.querySelector(`[data-action=${held}]`) ?? place.firstElementChild)?.focus();
  }
};

const newButton = (action) => {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.action = action;
  return button;
};
