// The page: what is known, what was clicked, what was heard. Everything that is shown comes from `channels`.

import { Api } from "./api.js";
import { Cards, statusWord } from "./cards.js";
import { askName, confirmed, QrWindow } from "./dialogs.js";
import { Live } from "./live.js";
import { Tongue, preferred } from "./words.js";

const BASE = new URL("../", import.meta.url);
const CHANNELS = "api/whatsapp/whatsapp";
const SESSIONS = "api/whatsapp-sessions/whatsappsession";
const POLL_S = 5;

const at = (id) => document.getElementById(id);
const api = new Api(BASE);
const channels = new Map();
const busy = new Set();
let tongue = new Tongue(preferred());
let wanted = null; // the channel whose QR code this person asked for
let isLive = false;
let poll = null;
let isDrawing = false;

const cards = new Cards((action, id) => void act(action, id));
const qr = new QrWindow(() => tongue, (id) => void act("retry", id), closedQr);
const live = new Live(BASE, () => api.token, { joined, lost, refused, heard });

// ---- what is shown -------------------------------------------------------------------------------------------------

const say = (key, values) => void (at("said").textContent = tongue.say(key, values));

function draw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    drawNow();
  });
}

function drawNow() {
  if (!api.token) return;
  const needle = at("filter").value.trim().toLocaleLowerCase();
  const all = [...channels.values()];
  const shown = all.filter(({ name }) => name.toLocaleLowerCase().includes(needle));
  const connected = all.filter(({ status }) => status === "CONNECTED").length;
  cards.draw(shown, tongue, { mayChange: api.who.mayChange, busy });
  at("summary").textContent = tongue.say(all.length === 1 ? "summaryOne" : "summary", { count: all.length, connected });
  at("filter-row").hidden = all.length < 6 && !needle;
  at("nothing").hidden = shown.length > 0;
  at("nothing").textContent = tongue.say(all.length ? "noneFound" : "none");
  at("live").className = `live ${isLive ? "good" : "wait"}`;
  at("live").textContent = isLive ? tongue.say("liveOn") : tongue.say("liveOff", { seconds: POLL_S });
  if (qr.channelId !== null) qr.show(channels.get(qr.channelId) ?? { id: qr.channelId, name: "", status: "ERROR" });
}

function speak() {
  document.documentElement.lang = tongue.language;
  document.title = tongue.say("title");
  at("language").value = tongue.language;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = tongue.say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = tongue.say(node.dataset.hint);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", tongue.say(node.dataset.label));
  draw();
}

function complain(text) {
  const note = at("complaint").content.firstElementChild.cloneNode(true);
  note.querySelector("p").textContent = text;
  const button = note.querySelector("button");
  button.setAttribute("aria-label", tongue.say("dismiss"));
  button.addEventListener("click", () => note.remove());
  at("complaints").replaceChildren(note);
}

const KNOWN = {
  ERR_INVALID_CREDENTIALS: "failedSignIn",
  ERR_SESSION_EXPIRED: "failedExpired",
  ERR_TENANT_INACTIVE: "failedTenant",
  ERR_NO_PERMISSION: "failedPermission",
  ERR_NO_PERMISSION_CONNECTIONS_LIMIT: "failedLimit",
  ERR_SESSIONS_LIMIT: "failedSessions",
  ERR_NAME_IN_USE: "failedName",
  ERR_NO_WAPP_FOUND: "failedGone",
  ERR_START_SESSION: "failedStart",
  ERR_DISCONNECT_SESSION: "failedDisconnect",
};

function explain(refusal, channel) {
  if (!("status" in refusal)) throw refusal;
  const values = { name: channel?.name ?? "", reason: tongue.reason(refusal.detail), detail: refusal.message, seconds: refusal.retryAfterS ?? 60 };
  if (refusal.isOffline) return tongue.say("failedOffline");
  if (refusal.status === 429) return tongue.say("failedTooMany", values);
  if (refusal.code in KNOWN) return tongue.say(KNOWN[refusal.code], values);
  return tongue.say(refusal.status === 503 ? "failedBusy" : "failedOther", values);
}

// ---- what is known -------------------------------------------------------------------------------------------------

// Answers and events overtake one another; the row's own time tells which is newer.
function learn(channel) {
  const old = channels.get(channel.id);
  if (old && Date.parse(old.updatedAt) > Date.parse(channel.updatedAt)) return;
  const wasScanned = channel.status === "CONNECTING" && (old?.status === "QRCODE" || Boolean(old?.wasScanned));
  channels.set(channel.id, { ...old, ...channel, wasScanned });
  if (old && old.status !== channel.status) {
    say("saidStatus", { name: channel.name, status: statusWord(channel.status, tongue) });
  }
  followQr(channels.get(channel.id));
  draw();
}

// The window opens when the QR code is there, and closes when the channel is connected.
function followQr(channel) {
  if (channel.id !== wanted) return;
  if (channel.status === "QRCODE" && channel.qrcode) qr.open(channel);
  if (channel.status === "CONNECTED") qr.close();
}

function forget(id) {
  const channel = channels.get(id);
  if (!channel) return;
  channels.delete(id);
  if (qr.channelId === id) qr.close();
  say("saidGone", { name: channel.name });
  draw();
}

async function refresh() {
  const found = await api.call("GET", `${CHANNELS}/`);
  const present = new Set(found.map(({ id }) => id));
  for (const id of [...channels.keys()]) if (!present.has(id)) forget(id);
  found.forEach(learn);
  draw();
}

// ---- what is heard -------------------------------------------------------------------------------------------------

function heard(name, payload) {
  const topic = name.replace(/^\d+:/, "");
  if (topic === "whatsapp" && payload.action === "delete") forget(payload.whatsappId);
  else if (topic === "whatsapp" && payload.action === "update") learn(payload.whatsapp);
  else if (topic === "whatsappSession" && payload.action === "update") learn(payload.session);
}

// What happened while nobody listened is in the list.
function joined() {
  isLive = true;
  clearInterval(poll);
  void refresh().catch(trouble);
}

function lost() {
  if (isLive || !poll) {
    clearInterval(poll);
    poll = setInterval(() => void refresh().catch(trouble), POLL_S * 1_000);
  }
  isLive = false;
  draw();
}

function refused() {
  api.renew().then(() => live.open(), expired);
}

function trouble(refusal) {
  if (refusal.code === "ERR_SESSION_EXPIRED") expired();
  else if (!refusal.isOffline) complain(explain(refusal));
}

// ---- what is clicked -----------------------------------------------------------------------------------------------

const ACTIONS = {
  connect: (id) => start(id),
  retry: (id) => start(id),
  newQr: (id) => requestQr(id),
  showQr: (id) => showQr(id),
  disconnect: (id) => disconnect(id),
  cancelStart: (id) => api.call("DELETE", `${SESSIONS}/${id}`),
  rename: (id) => rename(id),
  remove: (id) => remove(id),
};

async function act(action, id) {
  const channel = channels.get(id);
  if (!channel || (busy.has(id) && action !== "showQr")) return;
  busy.add(id);
  draw();
  try {
    await ACTIONS[action](id);
    if (channels.has(id)) learn(await api.call("GET", `${CHANNELS}/${id}`));
  } catch (refusal) {
    await failed(refusal, channel);
  } finally {
    busy.delete(id);
    draw();
  }
}

async function failed(refusal, channel) {
  if (refusal.code === "ERR_SESSION_EXPIRED") return expired();
  complain(explain(refusal, channel));
  if (refusal.status === 404) await refresh().catch(trouble);
  return undefined;
}

async function start(id) {
  wanted = id;
  await api.call("POST", `${SESSIONS}/${id}`);
}

async function requestQr(id) {
  wanted = id;
  learn((await api.call("PUT", `${SESSIONS}/${id}`, { isQrcode: true })).whatsapp);
}

function showQr(id) {
  wanted = id;
  qr.open(channels.get(id));
}

function closedQr(id) {
  if (wanted === id) wanted = null;
  cards.focus(id);
}

async function disconnect(id) {
  const { name } = channels.get(id);
  const question = { title: tongue.say("disconnectTitle", { name }), text: tongue.say("disconnectText"), yes: tongue.say("disconnect") };
  if (await confirmed(question)) await api.call("DELETE", `${SESSIONS}/${id}`);
}

async function rename(id) {
  const { name } = channels.get(id);
  const given = await askName(tongue, { title: tongue.say("renameTitle", { name }), save: tongue.say("save"), name });
  if (given && given !== name) learn(await api.call("PUT", `${CHANNELS}/${id}`, { name: given }));
}

async function remove(id) {
  const { name } = channels.get(id);
  const question = { title: tongue.say("removeTitle", { name }), text: tongue.say("removeText"), yes: tongue.say("remove") };
  if (!(await confirmed(question))) return;
  await api.call("DELETE", `${CHANNELS}/${id}`);
  forget(id);
}

async function add() {
  const name = await askName(tongue, { title: tongue.say("newTitle"), save: tongue.say("create") });
  if (!name) return;
  try {
    const channel = await api.call("POST", CHANNELS, { name, type: "whatsapp" });
    learn(channel);
    say("saidCreated", { name });
    drawNow();
    cards.focus(channel.id);
  } catch (refusal) {
    await failed(refusal, { name });
  }
}

// ---- who is here ---------------------------------------------------------------------------------------------------

function show(isIn) {
  at("sign-in").hidden = isIn;
  for (const id of ["channels-page", "sign-out", "live"]) at(id).hidden = !isIn;
  at("add").hidden = !isIn || !api.who.mayChange;
  at("looking-only").hidden = !isIn || api.who.mayChange;
}

async function enter() {
  at("complaints").replaceChildren();
  show(true);
  lost();
  live.open();
  await refresh().catch(trouble);
}

function leave() {
  live.close();
  clearInterval(poll);
  poll = null;
  isLive = false;
  wanted = null;
  qr.close();
  channels.clear();
  cards.draw([], tongue, { mayChange: false, busy });
  show(false);
  at("sign-in-form").elements.email.focus();
}

function expired() {
  leave();
  complain(tongue.say("failedExpired"));
}

at("sign-in-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  try {
    await api.signIn(form.elements.email.value, form.elements.password.value);
    form.elements.password.value = "";
    const entering = enter();
    at("content").focus();
    await entering;
  } catch (refusal) {
    complain(explain(refusal));
    form.elements.password.focus();
  } finally {
    button.disabled = false;
  }
});
at("sign-out").addEventListener("click", async () => {
  await api.signOut().catch(trouble);
  leave();
  say("saidSignedOut");
});
at("add").addEventListener("click", () => void add());
at("filter").addEventListener("input", draw);
at("language").addEventListener("change", ({ target }) => {
  tongue = new Tongue(target.value);
  localStorage.setItem("language", target.value);
  speak();
});
window.addEventListener("online", () => api.token && live.open());

speak();
api.renew().then(enter, () => show(false));
