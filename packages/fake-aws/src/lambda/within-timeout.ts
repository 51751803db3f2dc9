/** The function ran for longer than its time-out. */
export class LambdaTimedOut extends Error {
  constructor(name: string, seconds: number) {
    super(`${name} timed out after ${seconds} seconds`)
    this.name = 'LambdaTimedOut'
  }
}

/**
 * Fails when the work takes longer than the function's time-out. AWS stops the function then; here
 * the work continues, and its late effects still happen.
 * @throws {LambdaTimedOut}
 */
export const withinTimeout = async <Result>(
  name: string,
  seconds: number,
  work: () => Promise<Result>,
): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new LambdaTimedOut(name, seconds)), seconds * 1000)
  })
  try {
    return await Promise.race([work(), timedOut])
  } finally {
    clearTimeout(timer)
  }
}
