/** A line that is longer than this isn't one of ours, in UTF-16 units. */
const LONGEST_LINE = 1024 * 1024;

/** The lines of a body as they come in. Fails when it breaks off. */
export async function* linesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let isDone = false; !isDone;) {
      const chunk = await reader.read();
      isDone = chunk.done;
      rest += chunk.done ? decoder.decode() : decoder.decode(chunk.value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
      if (rest.length > LONGEST_LINE) throw new Error("a line of the answer is too long");
    }
    if (rest !== "") yield rest;
  } finally {
    // Whoever stops reading early lets the connection go.
    await reader.cancel().catch(() => undefined);
  }
}
