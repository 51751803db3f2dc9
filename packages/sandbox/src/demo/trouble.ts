import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { isoDay, isoTime, type QueueName } from '@keynag/core'
import type { Sandbox } from '../sandbox.ts'
import { dayAt } from './names.ts'
import type { DemoOrganization } from './organization.ts'

/** The demo's planned failures: AWS, Slack or a release of keynag fails, or strangers send messages to the queues. */
export class Trouble {
  readonly #sandbox: Sandbox
  readonly #organization: DemoOrganization
  readonly #days: number

  constructor(sandbox: Sandbox, organization: DemoOrganization, days: number) {
    this.#sandbox = sandbox
    this.#organization = organization
    this.#days = days
  }

  /** Starts the failures of this day. Call it before the day's scan. */
  async begin(day: number): Promise<void> {
    if (day === dayAt(this.#days, 0.2)) this.#throttle()
    if (day === dayAt(this.#days, 0.3)) this.#reportNeverCompletes()
    if (day === dayAt(this.#days, 0.5)) this.#slackIsDown()
    if (day === dayAt(this.#days, 0.6)) this.#sandbox.broken.add('notify')
    if (day === dayAt(this.#days, 0.8)) await this.#strangersWrite()
  }

  /** Ends all failures. Call it after the day's last delivery. */
  end(): void {
    this.#sandbox.faults.clear()
    this.#sandbox.broken.clear()
    for (const method of ['chat.postMessage', 'users.lookupByEmail']) {
      this.#sandbox.slack.faults(method).clear()
    }
  }

  #throttle(): void {
    this.#sandbox.faults.add({ operation: 'iam:ListAccessKeys', error: 'throttle', times: 1 })
    this.#sandbox.faults.add({ operation: 'iam:GetUser', error: '500', times: 1 })
  }

  #reportNeverCompletes(): void {
    const account = this.#organization.inhabitants.find(
      ({ accountId }) =>
        accountId !== this.#organization.accountWithoutRoles &&
        accountId !== this.#organization.suspendedAccount,
    )
    if (account === undefined) return
    this.#sandbox.faults.add({
      operation: 'iam:GenerateCredentialReport',
      error: 'report-never-completes',
      accountId: account.accountId,
    })
  }

  /** Slack fails for the whole day, and its messages wait for it. */
  #slackIsDown(): void {
    for (const method of ['chat.postMessage', 'users.lookupByEmail']) {
      this.#sandbox.slack.faults(method).next({ kind: 'httpError', status: 503 }, 100_000)
    }
  }

  async #strangersWrite(): Promise<void> {
    const { ids, clock } = this.#sandbox.ports
    const envelope = (type: string, dataversion: number, data: object): string =>
      JSON.stringify({
        specversion: '1.0',
        id: ids.uuid(),
        source: 'keynag/sandbox',
        type,
        time: isoTime(clock.now()),
        subject: 'demo',
        datacontenttype: 'application/json',
        dataversion,
        data,
      })
    const strangeKey = 'AKIAIOSFODNN7EXAMPLE'
    await this.#send('notify', 'Hello, is this the help desk?')
    await this.#send('rotate', envelope('rotation.due', 1, { accessKeyId: strangeKey }))
    await this.#send('escalate', envelope('nags.unanswered', 2, { accessKeyId: strangeKey }))
    await this.#send(
      'rotate',
      envelope('rotation.due', 1, { accessKeyId: strangeKey, force: true }),
    )
    await this.#send(
      'scan',
      envelope('scan.requested', 1, { date: isoDay(clock.now()), accountId: '999999999999' }),
    )
  }

  async #send(queue: QueueName, body: string): Promise<void> {
    await this.#sandbox.sqsClient.send(
      new SendMessageCommand({ QueueUrl: this.#sandbox.queueUrls[queue], MessageBody: body }),
    )
  }
}
