import { appendFileSync } from 'node:fs'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { connect } from '@keynag/aws'
import { createMessenger } from '@keynag/channels'
import type { Clock, Organization, StageQueue } from '@keynag/core'
import { consumers, ledgerItemUnreadable, type Ports, type Telemetry } from '@keynag/engine'
import { sqsHandler, type SqsHandler } from '@keynag/functions'
import type { Emulators } from './emulators.ts'
import { ledgerTable, region } from './resources.ts'

export interface PortOptions {
  readonly addresses: Emulators['addresses']
  /** Called at each use, so that a policy can be armed while the sandbox runs. */
  readonly organization: () => Organization
  readonly clock: Clock
  readonly random: () => number
  readonly uuid: () => string
  /** The file to which every log line is appended. */
  readonly logPath?: string | undefined
}

/** keynag's real adapters, connected to the emulators. */
export function sandboxPorts({
  addresses,
  organization,
  clock,
  random,
  uuid,
  logPath,
}: PortOptions): Ports {
  const { credentials, aws, queueUrls, deadLetterUrls } = addresses
  const telemetry = recorder(clock, logPath)
  const connected = connect({
    region,
    organization: organization(),
    clock,
    ledgerTable,
    queueUrls,
    deadLetterUrls,
    nagDelaySeconds: 0,
    onUnreadable: ledgerItemUnreadable(telemetry),
    random,
    credentials,
    endpoints: {
      cloudtrail: aws,
      dynamodb: addresses.dynamodb,
      iam: aws,
      organizations: aws,
      secretsmanager: aws,
      sqs: addresses.sqs,
      sts: aws,
    },
  })
  return {
    ...connected,
    clock,
    ids: { uuid },
    messenger: createMessenger({
      slack: {
        token: 'xoxb-sandbox',
        slackApiUrl: addresses.slack,
        sleep: (ms) => clock.sleep(ms),
      },
      email: {
        ...organization().mail,
        client: new SESv2Client({ endpoint: addresses.ses, region, credentials, maxAttempts: 1 }),
      },
    }),
    get organization() {
      return organization()
    },
    telemetry,
    source: 'keynag/sandbox',
  }
}

/** The functions that read a queue. */
export function queueHandlers(ports: Ports): Readonly<Record<StageQueue, SqsHandler>> {
  const { scan, notify, escalate, rotate, bounces } = consumers(ports)
  return {
    scan: sqsHandler(scan),
    notify: sqsHandler(notify),
    escalate: sqsHandler(escalate),
    rotate: sqsHandler(rotate),
    bounces: sqsHandler(bounces),
  }
}

/** Logs to a file, one JSON object per line, and never to the terminal. */
function recorder(clock: Clock, path: string | undefined): Telemetry {
  const write = (level: string) => (sentence: string, fields?: object) => {
    if (path === undefined) return
    const time = new Date(clock.now()).toISOString()
    appendFileSync(path, `${JSON.stringify({ time, level, sentence, ...printable(fields) })}\n`)
  }
  const count = write('metric')
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    count: (metric, value) => count(metric, { value }),
  }
}

const printable = (fields: object = {}): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Error
        ? { name: value.name, message: value.message, stack: value.stack }
        : value,
    ]),
  )
