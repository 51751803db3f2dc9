import { clientConfig, examineQueue, examineTable } from '@keynag/aws'
import { examineSender } from '@keynag/channels'
import { type Organization, queueRules, stageQueues } from '@keynag/core'
import { plural } from '../../output/format.ts'
import type { PlaceInAws } from '../../place/place.ts'
import { type Finding, wrong } from './finding.ts'

/** Checks that the table exists with its indexes, and that it can be recovered. */
export async function checkTable({
  settings,
  ledgerTable,
}: PlaceInAws): Promise<readonly Finding[]> {
  const exam = await examineTable(settings, ledgerTable)
  if (exam.kind === 'missing')
    return [wrong('table-missing', ledgerTable, 'the table does not exist')]
  return [
    ...exam.missingIndexes.map((index) =>
      wrong('index-missing', ledgerTable, `the index "${index}" does not exist`),
    ),
    ...(exam.recovery === 'off'
      ? [wrong('recovery-off', ledgerTable, 'point-in-time recovery is off')]
      : []),
  ]
}

/** Checks every queue with its dead-letter queue. */
export async function checkQueues({ settings, queues }: PlaceInAws): Promise<readonly Finding[]> {
  if (queues === undefined) return []
  const findings: Finding[] = []
  for (const queue of stageQueues) {
    const name = queues.queue(queue)
    const exam = await examineQueue(settings, name)
    const deadLetters = await examineQueue(settings, queues.deadLetters(queue))
    const missing = [
      [name, exam],
      [queues.deadLetters(queue), deadLetters],
    ] as const
    for (const [subject, { kind }] of missing) {
      if (kind === 'missing')
        findings.push(wrong('queue-missing', subject, 'the queue does not exist'))
    }
    if (deadLetters.kind === 'there' && deadLetters.messages > 0) {
      const sentence = `${plural(deadLetters.messages, 'message')} could not be handled`
      findings.push(wrong('dead-letters-waiting', queues.deadLetters(queue), sentence))
    }
    if (exam.kind === 'missing') continue
    if (deadLetters.kind === 'there' && exam.deadLetterArn !== deadLetters.arn) {
      const sentence = 'failed messages do not go to the dead-letter queue of this queue'
      findings.push(wrong('redrive-missing', name, sentence))
    }
    const { visibilitySeconds } = queueRules[queue]
    if (exam.visibilitySeconds < visibilitySeconds) {
      const sentence = `the visibility timeout is ${exam.visibilitySeconds} s instead of ${visibilitySeconds} s`
      findings.push(wrong('visibility-short', name, sentence))
    }
  }
  return findings
}

/** Checks SES, as far as these credentials may ask it. */
export async function checkSender(
  { settings }: PlaceInAws,
  { mail }: Organization,
): Promise<readonly Finding[]> {
  const { isVerified, inSandbox } = await examineSender(mail.from, clientConfig('ses', settings))
  return [
    ...(isVerified === false
      ? [
          wrong(
            'sender-unverified',
            mail.from,
            'SES has verified neither this address nor its domain',
          ),
        ]
      : []),
    ...(inSandbox === true
      ? [
          wrong(
            'mail-sandbox',
            mail.from,
            'the account is in the SES sandbox, so SES sends only to verified addresses',
          ),
        ]
      : []),
  ]
}
