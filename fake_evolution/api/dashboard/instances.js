// The cards: one for each instance, updated in place so that nobody loses the focus.

import { ask, image } from "./api.js";
import { attempt, byId, make, say, write } from "./dom.js";

const CARDS_MAX = 200;
const PAIRED = ["open", "opening"];
const WAITS = ["starting", "qr"];
const ACTIONS = [
  { name: "Scan", legal: ["qr"], primary: true, run: scan },
  { name: "Next QR", legal: WAITS, run: (name) => phone(name, "next-qr") },
  { name: "Receive message", legal: ["open"], primary: true, run: receive },
  { name: "Lose connection", legal: PAIRED, run: (name) => phone(name, "lose-connection", { until_recover: true }) },
  { name: "Recover", legal: ["opening"], primary: true, run: (name) => phone(name, "recover") },
  { name: "Unlink", legal: PAIRED, danger: true, run: (name) => phone(name, "unlink") },
  { name: "Ban", legal: PAIRED, danger: true, run: (name) => phone(name, "ban") },
];

const cards = new Map();
let known = [];

export function showInstances(instances) {
  known = instances;
  draw();
}

export function watchFilter() {
  const filter = byId("filter");
  filter.addEventListener("input", draw);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      filter.focus();
    }
  });
}

function draw() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const fitting = known.filter((one) => `${one.name} ${one.phase}`.toLowerCase().includes(wanted));
  const shown = fitting.slice(0, CARDS_MAX);
  const names = new Set(shown.map((one) => one.instance_id));
  for (const [id, card] of cards) {
    if (!names.has(id)) {
      card.forget();
      cards.delete(id);
    }
  }
  for (const one of shown) {
    if (!cards.has(one.instance_id)) {
      cards.set(one.instance_id, new Card(one.name));
      byId("cards").append(cards.get(one.instance_id).element);
    }
    cards.get(one.instance_id).update(one);
  }
  const counted = shown.length === known.length ? `${known.length}` : `${shown.length} of ${known.length}`;
  write(byId("instances-count"), counted);
  byId("no-instances").hidden = known.length > 0;
}

class Card {
  constructor(name) {
    this.name = name;
    this.code = null;
    this.phase = make("span", { className: "phase" });
    this.shows = make("div", { className: "shows" });
    this.facts = make("dl", { className: "facts" });
    this.buttons = ACTIONS.map((action) => this.button(action));
    this.element = make(
      "li",
      { className: "card" },
      make("header", {}, make("h3", {}, name), this.phase),
      this.shows,
      this.facts,
      make("div", { className: "group", role: "group", ariaLabel: `The phone of ${name}` }, ...this.buttons),
    );
  }

  button(action) {
    const look = action.primary ? "primary" : action.danger ? "danger" : "";
    const run = () => attempt(() => action.run(this.name));
    return make("button", { type: "button", className: look, onclick: run }, action.name);
  }

  update(one) {
    write(this.phase, one.phase);
    this.phase.dataset.phase = one.phase;
    this.buttons.forEach((button, at) => {
      const legal = ACTIONS[at].legal.includes(one.phase);
      button.hidden = !legal && button !== document.activeElement;
      button.disabled = !legal;
    });
    this.showFacts(one);
    this.show(one);
  }

  showFacts(one) {
    const facts = {
      "told as": one.memory === one.database ? one.memory : `${one.memory} (stored: ${one.database})`,
      "QR codes": one.qr_count ? `${one.qr_count}` : "",
      webhook: one.webhook?.url ?? "",
      counted: `${counted(one.counters.events, "event")}, ${counted(one.counters.messages, "message")}`,
    };
    const rows = Object.entries(facts).filter(([, value]) => value);
    this.facts.replaceChildren(...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  }

  show(one) {
    const state = `${one.phase} ${one.code} ${one.owner}`;
    if (state === this.state) return;
    this.state = state;
    if (one.code === null) this.shows.replaceChildren(words(one));
    else this.showCode(one);
  }

  async showCode(one) {
    const source = await attempt(() => image(`instances/${encodeURIComponent(one.name)}/qr.png`));
    if (source === undefined || !this.state.includes(one.code)) return;
    const alt = `QR code ${one.qr_count} of ${one.name}, which a phone can scan right now`;
    this.shows.replaceChildren(make("img", { src: source, alt, onload: () => URL.revokeObjectURL(source) }));
  }

  forget() {
    this.element.remove();
  }
}

function counted(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function words(one) {
  const told = {
    open: ["connected", `as ${one.owner}`],
    opening: ["opening", "WhatsApp has not let the session in yet"],
    starting: ["starting", "the first QR code comes soon"],
    paired: ["linked", "the session restarts"],
    closed: ["closed", "connect it to see a QR code"],
  }[one.phase] ?? [one.phase, ""];
  return make("div", {}, make("p", { className: "big" }, told[0]), make("p", { className: "quiet" }, told[1]));
}

async function scan(name) {
  const told = await ask("POST", `instances/${encodeURIComponent(name)}/scan`, {});
  if (told.verdict === "linked") say(`${told.profile_name} (${told.number}) linked ${name}`);
  else say(`the scan was refused: ${told.verdict}`, { bad: true });
}

async function phone(name, action, more = {}) {
  await ask("POST", `instances/${encodeURIComponent(name)}/phone`, { action, ...more });
}

function receive(name) {
  const dialog = byId("message-dialog");
  byId("message-form").onsubmit = (event) => {
    event.preventDefault();
    dialog.close();
    attempt(() => deliver(name));
  };
  byId("message-cancel").onclick = () => dialog.close();
  dialog.showModal();
}

async function deliver(name) {
  const text = byId("message-text").value;
  const from = byId("message-from").value.trim();
  const count = Number(byId("message-count").value) || 1;
  const body = from ? { text, from, count } : { text, count };
  const told = await ask("POST", `instances/${encodeURIComponent(name)}/messages`, body);
  say(`${told.push_name} (${told.from}) wrote to ${name}`);
}
