// The control API: calls, images, and the journal's stream. With a control key every request carries it.

const BASE = new URL("../", document.baseURI);
const KEY_HEADER = "x-control-key";
const KEPT_AS = "fake-evolution-control-key";

export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

export function keepKey(key) {
  sessionStorage.setItem(KEPT_AS, key);
}

export async function ask(method, path, body) {
  const answer = await reach(path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return answer.json();
}

export async function image(path) {
  const answer = await reach(path, {});
  return URL.createObjectURL(await answer.blob());
}

/** Every record after a number, one by one, until the fake goes away; a `lost` one where records were forgotten. */
export async function* follow(after, signal) {
  const answer = await reach(`journal/stream?after=${after}`, { signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const record = parse(block);
      if (record) yield record;
    }
  }
}

function parse(block) {
  const fields = Object.fromEntries(
    block
      .split("\n")
      .filter((line) => !line.startsWith(":"))
      .map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]),
  );
  if (fields.data === undefined) return null;
  const data = JSON.parse(fields.data);
  return fields.event === undefined ? data : { kind: fields.event, seq: Number(fields.id), ...data };
}

async function reach(path, options) {
  const key = sessionStorage.getItem(KEPT_AS);
  const headers = key === null ? {} : { [KEY_HEADER]: key };
  let answer;
  try {
    answer = await fetch(new URL(path, BASE), { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, "the fake does not answer");
  }
  if (!answer.ok && !(answer.status === 409 && path.endsWith("scan"))) {
    const told = await answer.json().catch(() => ({}));
    throw new Refusal(answer.status, told.error ?? `the fake answers ${answer.status}`);
  }
  if (answer.status === 409) {
    const told = await answer.clone().json();
    if (told.error) throw new Refusal(409, told.error);
  }
  return answer;
}
