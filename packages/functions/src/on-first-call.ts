/**
 * A handler that is wired at its first call. Importing it loads only code, and an error in the
 * environment appears in the log of an invocation.
 */
export function onFirstCall<A extends readonly unknown[], R>(
  wire: () => Promise<(...args: A) => Promise<R>>,
): (...args: A) => Promise<R> {
  let wired: Promise<(...args: A) => Promise<R>> | undefined
  return async (...args) => {
    wired ??= wire()
    const pending = wired
    const handler = await pending.catch((error: unknown) => {
      if (wired === pending) wired = undefined
      throw error
    })
    return handler(...args)
  }
}
