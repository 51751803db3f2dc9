import { z } from 'zod'
import { permanent } from '../errors.ts'
import { KeyStale } from './key-stale.ts'
import { NagsUnanswered } from './nags-unanswered.ts'
import { NoticeDue } from './notice-due.ts'
import { RotationDue } from './rotation-due.ts'
import { ScanRequested } from './scan-requested.ts'

/** The schema of every event type, in its current version. */
export const events = {
  'scan.requested': ScanRequested,
  'key.stale': KeyStale,
  'nags.unanswered': NagsUnanswered,
  'rotation.due': RotationDue,
  'notice.due': NoticeDue,
} as const

export type EventType = keyof typeof events
export type EventOf<T extends EventType> = z.infer<(typeof events)[T]>
export type KeynagEvent = EventOf<EventType>

/** The queue that carries each event. */
export const queueOf = {
  'scan.requested': 'scan',
  'key.stale': 'notify',
  'notice.due': 'notify',
  'nags.unanswered': 'escalate',
  'rotation.due': 'rotate',
} as const satisfies Record<EventType, string>
export type QueueName = (typeof queueOf)[EventType]
export const queueNames = ['scan', 'notify', 'escalate', 'rotate'] as const

/** Every queue of a stage: those of keynag's events, and one for SES's mail events. */
export const stageQueues = [...queueNames, 'bounces'] as const
export type StageQueue = (typeof stageQueues)[number]

const Header = z.looseObject({
  type: z.string(),
  dataversion: z.number().int(),
})

const isEventType = (type: string): type is EventType => Object.hasOwn(events, type)

/** The current version of an event type, read from its schema. */
const versionOf = (type: EventType): number => events[type].shape.dataversion.value

/**
 * Validates an event from parsed JSON. An error message names fields of `data` but never repeats
 * their values, which may be secret.
 *
 * @throws KeynagError `KEYNAG_MESSAGE_INVALID` or `KEYNAG_EVENT_UNKNOWN`, permanent.
 */
export function parseEvent(input: unknown): KeynagEvent {
  const header = Header.safeParse(input)
  if (!header.success) {
    throw permanent('KEYNAG_MESSAGE_INVALID', 'the body is not a CloudEvents envelope of keynag')
  }
  const { type, dataversion } = header.data
  if (!isEventType(type)) {
    throw permanent('KEYNAG_EVENT_UNKNOWN', `this release does not know the event type "${type}"`)
  }
  if (dataversion > versionOf(type)) {
    throw permanent(
      'KEYNAG_EVENT_UNKNOWN',
      `"${type}" version ${dataversion} is newer than this release, which reads ${versionOf(type)}`,
    )
  }
  const result = events[type].safeParse(input)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw permanent(
    'KEYNAG_MESSAGE_INVALID',
    `"${type}" does not fit its schema: ${issues.join('; ')}`,
  )
}
