/**
 * Parses a document that is one object without a doubled member at any depth: of two, `JSON.parse` takes the last
 * without a word, and another reader might take the first. Undefined for anything else.
 */
export function parseObject(text: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !hasDoubles(text) ? (value as Record<string, unknown>) : undefined;
}

/** Strings, and the signs that open, close and part. Of well-formed JSON, nothing else matters here. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

function hasDoubles(text: string): boolean {
  // For each open object the names seen in it, for each open array nothing.
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const names = open.at(-1);
      const name = JSON.parse(last) as string;
      if (names?.has(name)) return true;
      names?.add(name);
    }
    last = token;
  }
  return false;
}
