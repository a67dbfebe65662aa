// The journal's tail: newest first, bounded, by kind, and still while somebody reads.

import { byId, make } from "./dom.js";

const RECORDS_MAX = 400;
const WORDS = {
  call: (one) => `${one.method} ${one.path}`,
  answer: (one) => `${one.status} ${one.method} ${one.path}`,
  state: (one) => `${one.instance} is ${one.phase} (${one.cause})`,
  qr: (one) => `${one.instance} shows QR code ${one.count}`,
  event: (one) => `${one.instance} ${one.event} ${one.data?.state ?? ""}`,
  plan: (one) => `${one.event} to ${one.url} ${one.faults.join(", ")}`,
  attempt: (one) => `${one.outcome} ${one.status ?? one.error ?? ""} ${one.event} of ${one.instance}`,
  fault: (one) => `${one.rule} (${one.fault})`,
  scan: (one) => `${one.verdict} ${one.instance ?? "nobody's code"}`,
  phone: (one) => `${one.instance} ${one.action}`,
  lost: (one) => `records ${one.from_seq} to ${one.to_seq} came too fast for this page`,
};

let records = [];
let kinds = new Set();
let fresh = [];
let asked = false;

export function watchJournal() {
  byId("kind").addEventListener("change", drawAll);
  byId("pause").addEventListener("click", () => {
    const still = byId("pause").getAttribute("aria-pressed") !== "true";
    byId("pause").setAttribute("aria-pressed", `${still}`);
    if (!still) drawAll();
  });
}

export function addRecord(record) {
  records.push(record);
  if (records.length > 2 * RECORDS_MAX) records = records.slice(-RECORDS_MAX);
  fresh.push(record);
  if (!asked) {
    asked = true;
    requestAnimationFrame(drawFresh);
  }
}

export function emptyJournal() {
  records = [];
  drawAll();
}

function drawFresh() {
  asked = false;
  const news = fresh.slice(-RECORDS_MAX);
  fresh = [];
  news.forEach(noteKind);
  if (byId("pause").getAttribute("aria-pressed") === "true") return;
  const list = byId("records");
  list.prepend(...news.filter(isWanted).map(line).reverse());
  while (list.children.length > RECORDS_MAX) list.lastChild.remove();
}

function drawAll() {
  byId("records").replaceChildren(...records.slice(-RECORDS_MAX).filter(isWanted).map(line).reverse());
}

function isWanted(record) {
  const kind = byId("kind").value;
  return kind === "" || record.kind === kind;
}

function noteKind(record) {
  if (kinds.has(record.kind)) return;
  kinds = new Set([...kinds, record.kind].sort());
  const chosen = byId("kind").value;
  const options = [...kinds].map((kind) => make("option", { value: kind }, kind));
  byId("kind").replaceChildren(make("option", { value: "" }, "all kinds"), ...options);
  byId("kind").value = chosen;
}

function line(record) {
  const what = WORDS[record.kind]?.(record) ?? record.instance ?? "";
  const when = record.t === undefined ? "" : `${record.t.toFixed(3)} s`;
  const details = make(
    "details",
    { ontoggle: () => open(details, record) },
    make(
      "summary",
      {},
      make("span", { className: "when" }, when),
      make("span", { className: "kind" }, record.kind),
      make("span", { className: "what", title: what }, what),
    ),
  );
  const item = make("li", {}, details);
  item.dataset.kind = record.kind;
  item.dataset.bad = (record.status ?? 0) >= 400 || ["fail", "unknown"].includes(record.outcome) ? "yes" : "no";
  return item;
}

function open(details, record) {
  if (details.open && details.children.length === 1) {
    details.append(make("pre", {}, JSON.stringify(record, null, 2)));
  }
}
