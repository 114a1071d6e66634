import { GuildhallError } from "./error.js";
import { aborted } from "./retrying.js";
import type { Answer } from "./wire.js";

/** A line that is longer than this isn't one of ours, in UTF-16 units. */
const LONGEST_LINE = 1024 * 1024;

/**
 * The lines of a body as they come in. Fails with NETWORK_ERROR when it breaks off, and with ABORTED when that is because
 * the caller gave it up.
 */
export async function* linesOf(body: ReadableStream<Uint8Array> | null, signal?: AbortSignal): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let isDone = false; !isDone;) {
      const chunk = await reader.read().catch((cause: unknown) => {
        throw signal?.aborted ? aborted() : brokenOff(cause);
      });
      isDone = chunk.done;
      rest += chunk.done ? decoder.decode() : decoder.decode(chunk.value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
      if (rest.length > LONGEST_LINE) throw brokenOff(new Error("a line of the answer is too long"));
    }
    if (rest !== "") yield rest;
  } finally {
    // Whoever stops reading early lets the connection go.
    await reader.cancel().catch(() => undefined);
  }
}

/** One JSON value to a line (application/x-ndjson). */
export async function* jsonLinesOf<Entry>(answer: Answer): AsyncGenerator<Entry> {
  for await (const line of linesOf(answer.response.body, answer.signal)) {
    if (line === "") continue;
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch (cause) {
      throw brokenOff(cause);
    }
    yield entry;
  }
}

function brokenOff(cause: unknown): GuildhallError {
  const message = "The answer broke off; make the call again.";
  return new GuildhallError("NETWORK_ERROR", message, { isRepeatable: true, cause });
}
