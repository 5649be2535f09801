/*
 * What the gateway answers, and when to ask it again.
 */

/** The JSON body of an answer; empty if there is none, as when a proxy answers in place of the gateway. */
export async function readBody(response) {
  try {
    return (await response.json()) ?? {};
  } catch {
    return {};
  }
}

/** Runs later, and not before somebody looks: a hidden tab asks the gateway for nothing. Returns what stops it. */
export function laterWhenVisible(milliseconds, action) {
  const stop = new AbortController();
  const run = () => {
    if (document.hidden) {
      document.addEventListener('visibilitychange', run, { once: true, signal: stop.signal });
    } else {
      action();
    }
  };
  const timer = setTimeout(run, milliseconds);
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}

export const describe = (problem) => problem.detail ?? problem.title ?? '';

export const TOO_MANY = 429;

/** For how long the gateway asks not to come back; undefined if it does not say. */
export function retryAfterMs(response) {
  const seconds = Number(response.headers.get('Retry-After'));
  return seconds > 0 ? seconds * 1_000 : undefined;
}
