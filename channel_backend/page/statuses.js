// What a person can do in each status. The words are the contract's (`GET /api/channel-status`); a test compares them.

export const STATUSES = {
  DISCONNECTED: { tone: "none", actions: ["connect", "newQr"] },
  CONNECTING: { tone: "wait", actions: ["cancelStart"] },
  QRCODE: { tone: "info", actions: ["showQr", "cancelStart"] },
  CONNECTED: { tone: "good", actions: ["disconnect"] },
  ERROR: { tone: "bad", actions: ["retry", "disconnect"] },
};

// What invites a click stands out; a way back does not.
export const INVITING = new Set(["connect", "showQr", "retry"]);

export const ALWAYS = ["rename", "remove"];

// A status that is not in the contract is a defect; the page says so and offers the way out.
export const STRANGE = { tone: "bad", actions: ["disconnect"] };

export const standingOf = (status) => STATUSES[status] ?? STRANGE;
