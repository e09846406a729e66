// Hears what happens, as it happens. Reads the stream with fetch, because EventSource shows no token.
import { headers, here } from "./api.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

function tell(block, hear) {
  let name = "message";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) {
      name = line.slice(7);
    } else if (line.startsWith("data: ")) {
      data += line.slice(6);
    }
  }
  if (data !== "") {
    hear(name, JSON.parse(data));
  }
}

async function read(hear, connected, signal) {
  const response = await fetch(here("/admin/events"), { headers: headers(), cache: "no-store", signal });
  if (!response.ok) {
    throw new Error(`no events: ${response.status}`);
  }
  connected(true);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    blocks.forEach((block) => tell(block, hear));
  }
}

let left = false;

/** Waits until somebody looks at the page. */
function seen() {
  return new Promise((resolve) => {
    const check = () => {
      if (document.visibilityState === "visible" && !left) {
        document.removeEventListener("visibilitychange", check);
        removeEventListener("pageshow", check);
        resolve();
      }
    };
    document.addEventListener("visibilitychange", check);
    addEventListener("pageshow", check);
    check();
  });
}

// A page that was left may be kept, to be shown again.
addEventListener("pagehide", () => (left = true));
addEventListener("pageshow", () => (left = false));

/**
 * Calls hear(name, data) for each event, for ever; connected(false) while there is no connection. A page that nobody looks
 * at has none: a browser opens six to one host, and as many tabs would leave none for anything else.
 */
export async function listen(hear, connected) {
  let wait = FIRST_WAIT;
  for (;;) {
    await seen();
    const leave = new AbortController();
    const abort = () => leave.abort();
    document.addEventListener("visibilitychange", abort, { once: true });
    addEventListener("pagehide", abort, { once: true });
    try {
      await read(
        hear,
        () => {
          wait = FIRST_WAIT;
          connected(true);
        },
        leave.signal,
      );
    } catch {
      // The platform is away, wants a token, or nobody looks: the views say so.
    }
    document.removeEventListener("visibilitychange", abort);
    removeEventListener("pagehide", abort);
    connected(false);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(LONGEST_WAIT, wait * 2);
  }
}
