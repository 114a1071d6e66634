/** Calls back when a page is looked at again or is back online: timers of hidden pages sleep, and networks go. */
export function onWake(callback: () => void): () => void {
  if (typeof document === "undefined" || typeof addEventListener === "undefined") return () => undefined;
  const seen = (): void => {
    if (document.visibilityState === "visible") callback();
  };
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", callback);
  return () => {
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("online", callback);
  };
}
