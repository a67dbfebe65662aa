// The run's clock: shown between two looks at it, stopped, sped up and moved by hand.

import { ask } from "./api.js";
import { attempt, byId, write } from "./dom.js";

let seen = { now_s: 0, rate: 0, at_ms: performance.now() };

export function watchClock() {
  byId("rates").addEventListener("click", (event) => change(event, (data) => ({ rate: Number(data.rate) })));
  byId("steps").addEventListener("click", (event) => change(event, (data) => ({ advance_s: Number(data.step) })));
  setInterval(draw, 100);
}

export async function readClock() {
  note(await ask("GET", "clock"));
}

function change(event, body) {
  const button = event.target.closest("button");
  if (button) attempt(async () => note(await ask("POST", "clock", body(button.dataset))));
}

function note(clock) {
  seen = { ...clock, at_ms: performance.now() };
  for (const button of byId("rates").children) {
    button.setAttribute("aria-pressed", `${Number(button.dataset.rate) === clock.rate}`);
  }
  draw();
}

function draw() {
  const now_s = seen.now_s + ((performance.now() - seen.at_ms) / 1000) * seen.rate;
  write(byId("now"), `${now_s.toFixed(1)} s`);
}
