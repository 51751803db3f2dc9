import type { DeadLetterQueues, QueueDepth, StageQueue } from '@keynag/core'
import type { Walk } from './walk.ts'

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

/** What a walk looked at, of what there was. */
export interface Coverage {
  readonly looked: number
  /** Whether these were all dead letters. */
  readonly isComplete: boolean
  /** By SQS's count: the dead letters, and those of them that the walk could not receive. */
  readonly about: number
  readonly hidden: number
}

export function coverageOf(walk: Walk, depths: readonly Depth[]): Coverage {
  const { looked } = walk
  const about = Math.max(
    looked,
    sumOf(depths, ({ deadLetters }) => deadLetters),
  )
  const hidden = Math.min(
    about - looked,
    sumOf(depths, (depth) => depth.hidden),
  )
  return { looked, about, hidden, isComplete: walk.isComplete && hidden === 0 }
}

/** `looked at 1,000 of about 48,000 dead letters` when the walk did not look at all of them. */
export function lookedAt({ looked, about, hidden, isComplete }: Coverage): string {
  const counted = looked.toLocaleString('en')
  if (isComplete) return `looked at ${counted} dead ${looked === 1 ? 'letter' : 'letters'}`
  const total = about > looked ? `of about ${about.toLocaleString('en')}` : 'or more'
  const sentence = `looked at ${counted} ${total} dead letters`
  return hidden === 0 ? sentence : `${sentence} (SQS counts about ${hiddenInWords(hidden)})`
}

/** SQS's counts are up to a minute old (Developer Guide, GetQueueAttributes). */
const hiddenInWords = (hidden: number): string =>
  `${hidden.toLocaleString('en')} as hidden: another command has them, had them a minute ago or was killed`

const sumOf = (depths: readonly Depth[], of: (depth: Depth) => number): number =>
  depths.reduce((sum, depth) => sum + of(depth), 0)
