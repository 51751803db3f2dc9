/**
 * A handler that is wired up when it is first called: importing it costs no more than its code, and
 * what is wrong with the environment is said in an invocation's log.
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
