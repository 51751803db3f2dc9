import { hourMs, minuteMs, secondMs } from '@keynag/core'
import {
  aSecondLater,
  after,
  all,
  annHeardOf,
  crashAfter,
  does,
  holdAll,
  mailComesBack,
} from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

/** A function crashes around a change, before it could record the change. */
export const unrecordedEffects: readonly Story[] = [
  story(
    'preflight dies',
    'The function crashes after it has created the container for the secret: the next delivery prepares it again.',
    {
      script: [crashAfter('handovers.prepare')],
      recoveries: ['preflight-again'],
    },
  ),
  story(
    'a container is made that nobody wrote down, and the owner deletes the key',
    'The function crashes after it has created the container, and the owner deletes the old key: keynag resolves the key and retires the container.',
    {
      script: [
        {
          at: 'handovers.prepare',
          nth: 1,
          fault: { kind: 'crash-after' },
          deed: does('deletes the old key'),
        },
      ],
      facts: ['issuing resolved'],
    },
  ),
  story(
    'the promotion dies',
    'The function crashes after it has promoted the secret: the next delivery issues the new key again.',
    {
      script: [crashAfter('handovers.promote')],
      recoveries: ['issue-again'],
    },
  ),
  story(
    'the news is sent, and nobody recorded it',
    'The function crashes after it has sent the announcement of the replacement: the next delivery sends it again.',
    {
      script: [crashAfter('messenger.send', 2)],
      recoveries: ['notice-again'],
    },
  ),
  story(
    'a nag is sent, and nobody recorded it',
    'The function crashes after it has sent a nag: the nag may be sent again, and it counts once.',
    { script: [crashAfter('messenger.send')] },
  ),
  story(
    'a nag is recorded only as sent',
    'The function crashes after it has recorded a notice as sent: the next delivery counts the nag.',
    { script: [crashAfter('notify ledger.commit', 2)] },
  ),
  story(
    'the deactivation is not recorded',
    'The function crashes after it has deactivated the key: the next delivery records the deactivation.',
    {
      script: [crashAfter('mutations.deactivate')],
      recoveries: ['deactivated-unrecorded'],
    },
  ),
  story(
    'the deactivation did not happen',
    'The function crashes before it deactivates the key: the next delivery deactivates it.',
    {
      script: [{ at: 'mutations.deactivate', nth: 1, fault: { kind: 'crash-before' } }],
      recoveries: ['deactivate-again'],
    },
  ),
  ...(['rotate', 'deactivate', 'delete'] as const).flatMap((kind) => {
    const organization = kind === 'rotate' ? {} : { organization: enforcing(kind) }
    return [
      story(
        `the deactivation did not happen, and the owner deactivates the key, under ${kind}`,
        'keynag’s call to deactivate the key fails, and the owner deactivates the key: keynag waits for CloudTrail, takes the deed for the owner’s, and never deletes the key.',
        {
          ...organization,
          script: [
            {
              at: 'mutations.deactivate',
              nth: 1,
              fault: { kind: 'crash-before' },
              deed: (simulation) =>
                simulation.later(minuteMs, () => does('deactivates a key')(simulation)),
            },
          ],
          facts: [kind === 'rotate' ? 'issued resolved' : 'nagging resolved'],
          never: ['issued deactivated', 'nagging deactivated'],
          recoveries: ['trail-awaited'],
        },
      ),
      story(
        `the deactivation is not recorded, and CloudTrail is late, under ${kind}`,
        'The function crashes after it has deactivated the key, and CloudTrail does not show that at first: keynag waits, and then records the deactivation as its own.',
        {
          ...organization,
          script: [
            crashAfter('mutations.deactivate'),
            { at: 'iam.deactivatedBy', nth: 1, fault: { kind: 'stale' } },
            { at: 'iam.deactivatedBy', nth: 2, fault: { kind: 'stale' } },
          ],
          facts: [kind === 'rotate' ? 'issued deactivated' : 'nagging deactivated'],
          never: ['issued resolved', 'nagging resolved'],
          recoveries: ['trail-awaited', 'deactivated-unrecorded'],
        },
      ),
    ]
  }),
  story(
    'the deactivation is not recorded, and a scan sees its effect',
    'The function crashes after it has deactivated the key, and a scan sees the key Inactive before CloudTrail tells who did that: the scan does not take the deed for the owner’s.',
    {
      organization: { ...enforcing('deactivate'), fullWalkEveryDays: 1 },
      script: [
        // The second day's scan comes so late that it lists the key after the lease has expired.
        { at: 'planner accounts.accounts', nth: 2, fault: { kind: 'crash-before' } },
        { at: 'planner accounts.accounts', nth: 3, fault: { kind: 'delay', ms: 299 * secondMs } },
        { at: 'scan ledger.accountScan', nth: 2, fault: { kind: 'delay', ms: 11 * minuteMs } },
        crashAfter('mutations.deactivate'),
      ],
      facts: ['nagging deactivated'],
      never: ['nagging resolved'],
    },
  ),
  story(
    'the deactivation is not recorded, and nothing of the key comes due',
    'A delivery crashes after it has deactivated the key, an operator holds the key, and the mail with the warning comes back. Every further delivery crashes too, and the sweeper has nothing to do for the key: the next scan has the open intent settled.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 7, via: ['email'] } }),
      script: [
        {
          ...crashAfter('mutations.deactivate'),
          deed: (simulation) => {
            simulation.marks.add('crashing')
            simulation.later(20 * hourMs, () => void simulation.marks.delete('crashing'))
            simulation.later(minuteMs, () => holdAll(simulation))
          },
        },
        {
          at: 'rotate ledger.entry',
          when: ({ marks }) => marks.has('crashing'),
          fault: { kind: 'crash-before' },
        },
      ],
      begin: mailComesBack(24 * hourMs + 7 * minuteMs, 2),
      holds: ['operator'],
      facts: ['nagging deactivated'],
    },
  ),
  story(
    'the deactivation is not recorded, CloudTrail is late, and nothing of the key comes due',
    'The same, and the second delivery finds out nothing yet: keynag asks CloudTrail again some minutes later, and the owner hears of the deactivation on the same day.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 7, via: ['email'] } }),
      script: [
        {
          ...crashAfter('mutations.deactivate'),
          deed: (simulation) => simulation.later(minuteMs, () => holdAll(simulation)),
        },
        { at: 'iam.deactivatedBy', nth: 1, fault: { kind: 'stale' } },
      ],
      begin: all(
        mailComesBack(24 * hourMs + 7 * minuteMs, 2),
        after(1, 12, annHeardOf('deactivated')),
      ),
      holds: ['operator'],
    },
  ),
  story(
    'a key is switched on before its deactivation could be recorded',
    'A person reactivates the key before keynag has recorded its deactivation: keynag waits for CloudTrail and holds the key.',
    {
      script: [
        {
          ...crashAfter('mutations.deactivate'),
          deed: (simulation) =>
            simulation.later(2 * minuteMs, () => does('reactivates a key')(simulation)),
        },
        { at: 'iam.deactivatedBy', nth: 1, fault: { kind: 'stale' } },
      ],
      recoveries: ['trail-awaited', 'deactivated-unrecorded'],
      holds: ['reactivated'],
    },
  ),
  story(
    'the deletion is not recorded',
    'The function crashes after it has deleted the key: the next delivery records the deletion.',
    {
      script: [crashAfter('mutations.delete')],
      recoveries: ['deleted-unrecorded'],
    },
  ),
  story(
    'the deletion is not recorded, and CloudTrail is late',
    'The function crashes after it has deleted the key, and CloudTrail does not show that at first: keynag waits, and then records the deletion as its own.',
    {
      script: [
        crashAfter('mutations.delete'),
        { at: 'iam.lastCallOn', nth: 2, fault: { kind: 'stale' } },
      ],
      facts: ['deactivated deleted'],
      never: ['deactivated resolved'],
      recoveries: ['trail-awaited', 'deleted-unrecorded'],
    },
  ),
  story(
    'the deletion did not happen, and the owner deletes the key',
    'The function crashes before it deletes the key, and the owner deletes it: CloudTrail shows who did that, and keynag does not take the deed for its own.',
    {
      script: [
        {
          at: 'mutations.delete',
          nth: 1,
          fault: { kind: 'crash-before' },
          deed: aSecondLater('deletes the old key'),
        },
      ],
      facts: ['deactivated resolved'],
      never: ['deactivated deleted'],
      recoveries: ['deleted-outside'],
    },
  ),
  story(
    'the owner deletes the key while keynag deletes it',
    'The owner deletes the key after keynag’s last look at it: IAM has no such key any more, and CloudTrail shows who deleted it.',
    {
      script: [{ at: 'mutations.delete', nth: 1, deed: does('deletes the old key') }],
      facts: ['deactivated resolved'],
      never: ['deactivated deleted'],
      recoveries: ['deleted-outside'],
    },
  ),
  story(
    'the deletion did not happen',
    'The function crashes before it deletes the key: the next delivery deletes it.',
    {
      script: [{ at: 'mutations.delete', nth: 1, fault: { kind: 'crash-before' } }],
      recoveries: ['delete-again'],
    },
  ),
  story(
    'the retirement is not recorded',
    'The function crashes after it has retired the secret: the next delivery retires it again and records it.',
    {
      script: [crashAfter('handovers.retire')],
      recoveries: ['retire-again'],
    },
  ),
]
