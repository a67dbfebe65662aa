// The page: what the journal tells decides what is looked at again.

import { ask, follow, keepKey } from "./api.js";
import { readClock, watchClock } from "./clock.js";
import { attempt, byId, make, say, write } from "./dom.js";
import { readFaults, watchFaults } from "./faults.js";
import { showInstances, watchFilter } from "./instances.js";
import { addRecord, emptyJournal, watchJournal } from "./journal.js";

const FIRST_RECORDS = 200;
const LOOK_AGAIN_MS = 150;
const HEALTH_MS = 2000;
const RETRY_MS = 1500;
const OF_INSTANCES = new Set(["state", "qr", "event", "scan", "phone", "server.reset", "lost"]);
const OF_WORLD = new Set(["world", "server.reset"]);
const NUMBERS = {
  waiting: (one) => [one.waiting, false],
  "in flight": (one) => [one.in_flight, false],
  attempts: (one) => [one.attempts, false],
  "latest by": (one) => [`${(one.lateness_s_max * 1000).toFixed(1)} ms`, one.lateness_s_max > 1],
  backlog: (one) => [`${one.backlog.webhooks} webhooks, ${one.backlog.overdue_s.toFixed(1)} s`, one.backlog.overdue_s > 1],
  records: (one) => [one.journal_seq, false],
};

let due = null;

function lookAgain() {
  due ??= setTimeout(async () => {
    due = null;
    await attempt(async () => showInstances(await ask("GET", "instances")));
  }, LOOK_AGAIN_MS);
}

async function readHealth() {
  const health = await ask("GET", "health");
  byId("alive").dataset.alive = health.down ? "down" : "yes";
  const state = health.down ? "the server is restarting" : "live";
  write(byId("told"), `${health.profile} · seed ${health.seed} · ${state}`);
  const rows = Object.entries(NUMBERS).map(([name, of]) => {
    const [value, much] = of(health);
    const shown = make("dd", {}, `${value}`);
    shown.dataset.much = much ? "yes" : "no";
    return make("div", {}, make("dt", {}, name), shown);
  });
  byId("numbers").replaceChildren(...rows);
  return health;
}

async function live() {
  const health = await readHealth();
  await Promise.all([readClock(), readFaults()]);
  showInstances(await ask("GET", "instances"));
  emptyJournal();
  for await (const record of follow(Math.max(0, health.journal_seq - FIRST_RECORDS))) {
    addRecord(record);
    if (OF_INSTANCES.has(record.kind)) lookAgain();
    if (OF_WORLD.has(record.kind)) attempt(readFaults);
  }
}

async function keepLive() {
  for (;;) {
    try {
      await live();
    } catch (error) {
      if (error.status === 401) await askForKey();
    }
    byId("alive").dataset.alive = "no";
    write(byId("told"), "the fake is gone; looking for it…");
    await new Promise((after) => setTimeout(after, RETRY_MS));
  }
}

function askForKey() {
  byId("key-dialog").showModal();
  return new Promise((open) => {
    byId("key-form").onsubmit = (event) => {
      event.preventDefault();
      keepKey(byId("key").value);
      byId("key-dialog").close();
      open();
    };
  });
}

byId("restart").addEventListener("click", () => attempt(() => ask("POST", "restart", { down_s: 5 })));
byId("reset").addEventListener("click", () => {
  if (confirm("Forget all instances and whatever is on its way?")) {
    attempt(async () => {
      await ask("POST", "reset", {});
      say("the fake is empty");
    });
  }
});
write(byId("url"), location.origin);
watchClock();
watchFaults();
watchFilter();
watchJournal();
setInterval(() => readHealth().catch(() => undefined), HEALTH_MS);
keepLive();
