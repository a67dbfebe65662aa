// The three windows: the QR code, a name, and "are you sure?". The browser's own <dialog> keeps focus and Escape right.

const at = (id) => document.getElementById(id);

// Shows one channel's QR code for as long as it is wanted; what it shows follows the channel.
export class QrWindow {
  #window = at("qr");
  #channel = null;
  #tongue;

  constructor(tongue, onRetry, onClose) {
    this.#tongue = tongue;
    at("qr-retry").addEventListener("click", () => onRetry(this.#channel.id));
    this.#window.addEventListener("close", () => {
      const { id } = this.#channel;
      this.#channel = null;
      onClose(id);
    });
  }

  get channelId() {
    return this.#channel?.id ?? null;
  }

  open(channel) {
    this.show(channel);
    if (!this.#window.open) this.#window.showModal();
  }

  close() {
    if (this.#window.open) this.#window.close();
  }

  show(channel) {
    const tongue = this.#tongue();
    this.#channel = channel;
    const image = channel.status === "QRCODE" ? channel.qrcode : null;
    const failed = channel.status === "ERROR" || channel.status === "DISCONNECTED";
    at("qr-title").textContent = tongue.say("qrTitle", { name: channel.name });
    at("qr-image").hidden = !image;
    if (image && at("qr-image").getAttribute("src") !== image) at("qr-image").src = image;
    at("qr-image").alt = tongue.say("qrAlt", { name: channel.name });
    at("qr-waiting").hidden = Boolean(image) || failed;
    at("qr-waiting").textContent = tongue.say(channel.wasScanned ? "qrRead" : "qrWaiting");
    at("qr-failed").hidden = !failed;
    at("qr-reason").textContent = failed ? tongue.reason(channel.statusReason) || tongue.say("hintERROR") : "";
  }
}

// Asks for a name; resolves with it, or with null when the person thinks better of it.
export const askName = (tongue, { title, save, name = "" }) =>
  new Promise((resolve) => {
    const window = at("edit"), form = at("edit-form"), field = at("edit-name"), wrong = at("edit-wrong");
    at("edit-title").textContent = title;
    at("edit-save").textContent = save;
    field.value = name;
    wrong.textContent = "";
    field.removeAttribute("aria-invalid");
    const done = new AbortController();
    const answer = (value) => {
      done.abort();
      if (window.open) window.close();
      resolve(value);
    };
    const submit = (event) => {
      event.preventDefault();
      const given = field.value.trim();
      if (given.length >= 3 && given.length <= 50) return answer(given);
      wrong.textContent = tongue.say("nameWrong");
      field.setAttribute("aria-invalid", "true");
      field.focus();
      return undefined;
    };
    form.addEventListener("submit", submit, done);
    form.querySelector("[data-close]").addEventListener("click", () => answer(null), done);
    window.addEventListener("close", () => answer(null), done);
    window.showModal();
    field.select();
  });

// Asks before something that a person would not like to have done by accident.
export const confirmed = ({ title, text, yes }) =>
  new Promise((resolve) => {
    const window = at("confirm");
    at("confirm-title").textContent = title;
    at("confirm-text").textContent = text;
    at("confirm-yes").textContent = yes;
    window.returnValue = "no";
    window.addEventListener("close", () => resolve(window.returnValue === "yes"), { once: true });
    window.showModal();
  });
