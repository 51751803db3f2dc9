import type { DeadLetterQueues, QueueDepth, StageQueue } from '@keynag/core'

export type Depth = QueueDepth & { readonly queue: StageQueue }

/**
 * How much is in the queues, by SQS's approximate counts. Asked for before anything is received,
 * so that a queue that is missing fails a command before it has begun.
 */
export const depthsOf = (
  queues: DeadLetterQueues,
  only: StageQueue | undefined,
): Promise<readonly Depth[]> =>
  Promise.all(
    (only === undefined ? queues.names : [only]).map(async (queue) => ({
      queue,
      ...(await queues.depth(queue)),
    })),
  )

/** `looked at 1,000 of about 48,000 dead letters`, where the walk did not get to the end. */
export function lookedAt(looked: number, isComplete: boolean, depths: readonly Depth[]): string {
  const about = depths.reduce((sum, { deadLetters }) => sum + deadLetters, 0)
  const counted = looked.toLocaleString('en')
  const letters = isComplete
    ? `${counted} dead ${looked === 1 ? 'letter' : 'letters'}`
    : `${counted} of about ${Math.max(about, looked).toLocaleString('en')} dead letters`
  return `looked at ${letters}`
}
