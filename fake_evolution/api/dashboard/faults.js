// Fault rules: those in force, and those that were switched off here and can come back.

import { ask } from "./api.js";
import { attempt, byId, make, say, write } from "./dom.js";

let rules = []; // {rule, on}

export function watchFaults() {
  byId("add-fault").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(add);
  });
}

export async function readFaults() {
  const inForce = await ask("GET", "faults");
  const off = rules.filter((one) => !one.on && !inForce.some((rule) => rule.name === one.rule.name));
  rules = [...inForce.map((rule) => ({ rule, on: true })), ...off];
  draw();
}

async function add() {
  const rule = JSON.parse(byId("rule").value);
  await exchange([...rules, { rule, on: true }]);
  say(`rule '${rule.name ?? rule.fault}' is in force`);
}

async function exchange(wanted) {
  await ask("PUT", "faults", wanted.filter((one) => one.on).map((one) => one.rule));
  rules = wanted.filter((one) => !one.on);
  await readFaults();
}

function draw() {
  write(byId("faults-count"), `${rules.filter((one) => one.on).length}`);
  byId("no-faults").hidden = rules.length > 0;
  byId("faults").replaceChildren(...rules.map(line));
}

function line(one) {
  const { name, fault, ...rest } = one.rule;
  const turn = () => attempt(() => exchange(rules.map((other) => (other === one ? { ...one, on: !one.on } : other))));
  const take = () => attempt(() => exchange(rules.filter((other) => other !== one)));
  const element = make(
    "li",
    { className: "fault" },
    make("input", { type: "checkbox", className: "switch", role: "switch", checked: one.on, ariaLabel: `Rule ${name}`, onchange: turn }),
    make("div", { className: "words" }, make("strong", {}, name), make("small", {}, told(fault, rest))),
    make("button", { type: "button", ariaLabel: `Take rule ${name} away`, title: "Take away", onclick: take }, "✕"),
  );
  element.dataset.on = one.on ? "yes" : "no";
  return element;
}

function told(fault, rest) {
  const parts = Object.entries(rest)
    .filter(([name, value]) => !(name === "correlation" && value === 0) && JSON.stringify(value) !== "{}")
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return [fault, ...parts].join(" · ");
}
