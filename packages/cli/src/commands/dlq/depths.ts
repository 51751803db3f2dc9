import type { DeadLetterQueues, QueueDepth, StageQueue } from '@keynag/core'

export type Depth = QueueDepth & { readonly queue: StageQueue }

/**
 * How many messages the queues hold, by SQS's approximate counts. Commands ask for this before they
 * receive anything, so that a missing queue stops them before they have begun.
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

/** `looked at 1,000 of about 48,000 dead letters` when the walk did not reach the end. */
export function lookedAt(looked: number, isComplete: boolean, depths: readonly Depth[]): string {
  const about = depths.reduce((sum, { deadLetters }) => sum + deadLetters, 0)
  const counted = looked.toLocaleString('en')
  const letters = isComplete
    ? `${counted} dead ${looked === 1 ? 'letter' : 'letters'}`
    : `${counted} of about ${Math.max(about, looked).toLocaleString('en')} dead letters`
  return `looked at ${letters}`
}
