import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { SqsInbox, type ClientSettings } from '@keynag/aws'
import { queueNames } from '@keynag/core'
import { startWorker } from '@keynag/worker'
import { type Ports } from '@keynag/engine'
import { setTimeout as sleep } from 'node:timers/promises'
import type { QueuePairs } from '../queues/queue-pairs.ts'

const lookEveryMs = 20
/** How many checks in a row must find the queues empty. One check alone can miss a message in transit. */
const looks = 3

/** Runs `keynag worker` in this process. Its schedules follow the virtual clock. */
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
    state.pumps.some(({ handling }) => handling.size > 0) ||
    (await messages()) > 0

  return {
    /** Waits until this hour's schedules have run and every message has been handled. */
    isQuiet: async (): Promise<void> => {
      // The worker needs some time to notice the new hour.
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
