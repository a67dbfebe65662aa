// Hears what changes: socket.io over one WebSocket, as Engine.IO 4 and Socket.IO 5 lay it down. No client library comes
// as a package of this language, and text events are all that is needed of the protocol.

const OPEN = "0", PING = "2", PONG = "3", JOIN = "40", LEFT = "41", EVENT = "42", REFUSED = "44";
const WAITS_MS = [300, 1_000, 2_000, 5_000, 10_000];

export class Live {
  #url;
  #token;
  #on;
  #socket = null;
  #attempt = 0;
  #silence = null;
  #again = null;
  #graceMs = 45_000;

  // `token()` gives the newest access token; `on` has joined(), lost(), refused() and heard(name, payload).
  constructor(base, token, on) {
    this.#url = new URL("socket.io/?EIO=4&transport=websocket", base);
    this.#url.protocol = this.#url.protocol.replace("http", "ws");
    this.#token = token;
    this.#on = on;
  }

  open() {
    this.close();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#take(socket, String(data));
    socket.onclose = () => this.#gone(socket);
    this.#listen(socket);
  }

  close() {
    clearTimeout(this.#again);
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #take(socket, text) {
    if (socket !== this.#socket) return;
    this.#listen(socket);
    if (text.startsWith(OPEN)) this.#greet(socket, JSON.parse(text.slice(1)));
    else if (text === PING) socket.send(PONG);
    else if (text.startsWith(EVENT)) this.#on.heard(...JSON.parse(text.slice(EVENT.length)));
    else if (text.startsWith(JOIN)) this.#joined();
    else if (text.startsWith(REFUSED)) this.#on.refused();
    else if (text.startsWith(LEFT)) socket.close();
  }

  #greet(socket, { pingInterval, pingTimeout }) {
    this.#graceMs = pingInterval + pingTimeout;
    socket.send(JOIN + JSON.stringify({ token: this.#token() }));
  }

  #joined() {
    this.#attempt = 0;
    this.#on.joined();
  }

  // A connection can die without a word: the server's pings stop.
  #listen(socket) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#gone(socket), this.#graceMs);
  }

  #gone(socket) {
    if (socket !== this.#socket) return;
    this.close();
    this.#on.lost();
    const waitMs = WAITS_MS[Math.min(this.#attempt, WAITS_MS.length - 1)];
    this.#attempt += 1;
    this.#again = setTimeout(() => this.open(), waitMs * (0.75 + Math.random() / 2));
  }
}
