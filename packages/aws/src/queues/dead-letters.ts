import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { DeadLetters, Parked } from '@keynag/core'
import { calling } from '../classify.ts'
import { clientConfig, lazily, type ClientSettings } from '../session/client-settings.ts'
import type { QueueUrls } from './publisher.ts'

const mostReasonCharacters = 1_000

/** Parks a message in the dead-letter queue to which SQS would move it in the end. */
export class QueueDeadLetters implements DeadLetters {
  readonly #urls: QueueUrls
  readonly #sqs: () => SQSClient

  constructor(settings: ClientSettings, urls: QueueUrls) {
    this.#urls = urls
    this.#sqs = lazily(() => new SQSClient(clientConfig('sqs', settings)))
  }

  async park({ queue, body, code, reason, receiveCount }: Parked): Promise<void> {
    await calling({ operation: 'sqs:SendMessage' }, () =>
      this.#sqs().send(
        new SendMessageCommand({
          QueueUrl: this.#urls[queue],
          MessageBody: body,
          MessageAttributes: {
            code: text(code),
            reason: text(printable(reason)),
            receiveCount: { DataType: 'Number', StringValue: String(receiveCount) },
          },
        }),
      ),
    )
  }
}

const text = (value: string) => ({ DataType: 'String', StringValue: value })

/** SQS refuses most control characters and empty attributes (API Reference, SendMessage). */
const printable = (reason: string): string =>
  reason
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '?')
    .slice(0, mostReasonCharacters) || 'no reason given'
