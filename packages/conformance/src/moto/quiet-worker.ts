import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { SqsInbox, type ClientSettings } from '@keynag/aws'
import { queueNames } from '@keynag/core'
import { startWorker } from '@keynag/worker'
import { type Ports } from '@keynag/engine'
import { setTimeout as sleep } from 'node:timers/promises'
import type { QueuePairs } from '../queues/queue-pairs.ts'

const lookEveryMs = 20
/** So often in a row there must be nothing to do: a message may be between two looks. */
const looks = 3

/** `keynag worker` in this process, with its own schedules by keynag's clock. */
export function quietWorker(
  ports: Ports,
  sqs: SQSClient,
  pairs: QueuePairs,
  settings: ClientSettings,
) {
  const stop = new AbortController()
  const inbox = (name: keyof QueuePairs): SqsInbox => new SqsInbox(settings, pairs[name].queue.url)
  const { state, ended } = startWorker({
    ports,
    inboxes: {
      scan: inbox('scan'),
      notify: inbox('notify'),
      escalate: inbox('escalate'),
      rotate: inbox('rotate'),
    },
    withSchedules: true,
    stop: stop.signal,
    stopWithinMs: 30_000,
    waitSeconds: 1,
    lookEveryMs,
  })
  const messages = async (): Promise<number> => {
    let sum = 0
    for (const name of queueNames) {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: pairs[name].queue.url,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      )
      for (const count of Object.values(Attributes)) sum += Number(count)
    }
    return sum
  }
  const isBusy = async (): Promise<boolean> =>
    state.schedules.some(({ due, done, running }) => running || due !== done) ||
    state.pumps.some(({ handlingSince }) => handlingSince !== undefined) ||
    (await messages()) > 0

  return {
    /** Waits until the schedules have run for this hour and every message is dealt with. */
    isQuiet: async (): Promise<void> => {
      // The worker has to see the hour first.
      await sleep(3 * lookEveryMs)
      for (let quiet = 0; quiet < looks; quiet += 1) {
        if (await isBusy()) quiet = -1
        await sleep(lookEveryMs)
      }
    },
    stop: async () => {
      stop.abort()
      return ended
    },
  }
}
