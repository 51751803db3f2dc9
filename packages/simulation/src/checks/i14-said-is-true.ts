import { dayMs, policyNamed, type Entry, type Message, type MessageOf } from '@keynag/core'
import type { Invocation } from '../invocation.ts'
import type { CheckedRun } from './checked-run.ts'

/** I14: a message says what is true when it is sent, as far as its sender could know. */
export function checkSaidIsTrue(
  simulation: CheckedRun,
  { lastEntry, lastEntryAt, organization }: Invocation,
  message: Message,
): void {
  const { books, checks, now } = simulation
  const entryOf = (accessKeyId: string): Entry | undefined => {
    const entry = books.entries.get(accessKeyId)
    const read = lastEntry?.accessKeyId === accessKeyId ? lastEntry : undefined
    if (read !== undefined) return read.version === entry?.version ? entry : undefined
    return entry !== undefined && entry.changedAt < lastEntryAt ? entry : undefined
  }
  const isDry = ({ policy }: Entry): boolean =>
    policyNamed(organization.policies, policy)?.mode !== 'enforce'
  const isExempt = ({ exemption }: Entry): boolean => (exemption?.until ?? now) > now
  const untrue = (sentence: string): void => checks.violated('I14', sentence)
  if (message.kind === 'nag') {
    for (const { accessKeyId } of message.keys) {
      const entry = entryOf(accessKeyId)
      if (entry !== undefined && isExempt(entry)) {
        checks.violated('I13', `a reminder asks for ${accessKeyId}, which is exempt`)
      }
    }
    for (const { accessKeyId, ahead } of [...message.keys, ...message.alsoOpen]) {
      const entry = entryOf(accessKeyId)
      if (entry === undefined) continue
      const isSilent = policyNamed(organization.policies, entry.policy)?.mode === 'dry-run'
      if (isSilent) untrue(`a nag named ${accessKeyId}, whose policy is in dry run`)
      if (ahead.kind !== 'nothing' && isPutOff(entry, ahead.at)) {
        untrue(`a nag showed a date for ${accessKeyId} on which keynag does nothing`)
      }
      if (isExempt(entry) && ahead.kind !== 'nothing') {
        untrue(`a nag announced ${ahead.kind} of ${accessKeyId}, which is exempt`)
      }
    }
    return
  }
  if (message.kind === 'escalation' && message.level !== levelOf(simulation, message)) {
    untrue(`${message.noticeId} went to level ${message.level}, which has a message of its own`)
  }
  const entry = 'key' in message ? entryOf(message.key.accessKeyId) : undefined
  if (entry === undefined) return
  const { state, hold } = entry
  const isHeld = hold !== undefined
  const isTrue = {
    'replacement-issued': state === 'issued' && !isHeld && !isDry(entry) && !isExempt(entry),
    'replacement-found': state === 'issued' && !isHeld && !isDry(entry) && !isExempt(entry),
    deactivated: state === 'deactivated' && hold?.code !== 'rolled-back',
    deleted: state === 'deleted',
    'called-off': isToFormer(message) || entry.shown?.calledOff !== undefined,
    escalation: state === 'escalated' && !isExempt(entry),
    held: isHeld,
    'held-to-owner': isHeld,
    digest: true,
  }[message.kind]
  if (message.kind === 'called-off' && message.because.kind === 'moved') {
    const { to } = message.because
    if (to < now + dayMs) untrue(`${entry.accessKeyId} moved to a date less than a day ahead`)
    if (isPutOff(entry, to)) untrue(`${entry.accessKeyId} moved to a date that is too early`)
  }
  if (!isTrue) untrue(`"${message.kind}" was said of ${entry.accessKeyId}, and it is not true`)
}

/** The level of the ladder that this message is for. */
function levelOf(
  { books }: CheckedRun,
  { noticeId, key }: MessageOf<'escalation'>,
): number | undefined {
  const facts = books.factsOf(key.accessKeyId).map(({ fact }) => fact)
  return facts
    .filter((fact) => fact.kind === 'escalated')
    .find((fact) => fact.noticeId === noticeId)?.level
}

/** What keynag told a former owner binds it no more, whatever becomes of the key. */
const isToFormer = (message: Message): boolean =>
  message.kind === 'called-off' && message.because.kind === 'owner-changed'

/** Whether keynag does nothing to the key on this date. */
const isPutOff = ({ postponed }: Entry, date: number | undefined): boolean =>
  postponed !== undefined && date !== undefined && date < postponed.until
