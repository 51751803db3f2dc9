import { dayMs } from '@keynag/core'
import { exempt, setMode } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { after, all, ann, does, holdAll } from './cues.ts'
import { escalatingThenRotating, longGraces, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

function hasRetiredTheSecret({ checks, vault }: Simulation): void {
  const isRetired = [...vault.secrets.values()].every(({ retiredAt }) => retiredAt !== undefined)
  if (!isRetired) checks.violated('I15', 'a secret is kept beyond its retention')
}

/** How long keynag keeps the secret of a replacement. */
export const handOverSecrets: readonly Story[] = [
  story(
    'the replacement is not picked up',
    'The owner never uses the replacement: keynag keeps its secret.',
    {
      onLetter: () => undefined,
      facts: ['deleted secret-kept'],
      days: 12,
    },
  ),
  story(
    'a short retention',
    'The retention ends before the old key is gone, and the owner uses the replacement: keynag retires the secret.',
    {
      organization: rotatingUnder({}, { retentionDays: 1 }),
      facts: ['issued secret-retired'],
    },
  ),
  story(
    'a short retention, and nobody picks it up',
    'The retention ends, and the owner has not used the replacement: keynag keeps the secret.',
    {
      organization: rotatingUnder({}, { retentionDays: 1 }),
      onLetter: () => undefined,
      facts: ['issued secret-kept'],
      days: 8,
    },
  ),
  story(
    'the old key is held for longer than the retention',
    'An operator holds the old key after the owner has tried the replacement, and releases it when the retention is over: keynag keeps the secret until it has told the owner again where it is.',
    {
      begin: all(after(0, 3, holdAll), after(6, 0, does('releases every hold'))),
      facts: ['issued called-off', 'issued secret-retired', 'issued deactivated'],
      days: 16,
    },
  ),
  story(
    'the old key is exempt for longer than the retention',
    'An operator exempts the old key after the owner has tried the replacement, until the retention is over: keynag keeps the secret until it has told the owner again where it is.',
    {
      organization: rotatingUnder({}, { retentionDays: 1 }),
      begin: after(0, 12, does('exempts a key for a day')),
      facts: ['issued called-off', 'issued deactivated'],
      days: 16,
    },
  ),
  story(
    'a deactivated key is exempt for long',
    'An operator exempts a deactivated key: keynag still retires the secret of its replacement when the retention is over.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: all(
        after(3, 12, (simulation) => exempt(simulation, ann(simulation), 6)),
        after(8, 0, hasRetiredTheSecret),
      ),
      facts: ['deactivated called-off', 'deactivated deleted'],
      days: 24,
    },
  ),
  story(
    'a deactivated key is held for long',
    'An operator holds a deactivated key: keynag still retires the secret of its replacement when the retention is over.',
    {
      organization: rotatingUnder({}, longGraces),
      begin: all(
        after(3, 12, holdAll),
        after(8, 0, hasRetiredTheSecret),
        after(9, 0, does('releases every hold')),
      ),
      facts: ['deactivated called-off', 'deactivated deleted'],
      days: 24,
    },
  ),
  story(
    'IAM refuses the retirement of a secret, in a dry run',
    'The policy goes back to a dry run, and the account refuses the retirement of the secret for a day: keynag tries once a day, and retires the secret when the account allows it.',
    {
      begin: all(
        after(1, 18, (simulation) => setMode(simulation, 'dry-run')),
        after(5, 0, (simulation) => setMode(simulation, 'enforce')),
      ),
      script: [
        {
          at: 'handovers.retire',
          when: ({ now }) => now < startsAt + 4 * dayMs,
          fault: { kind: 'denied' },
        },
      ],
      facts: ['deactivated secret-retired'],
    },
  ),
  ...(['picked up', 'not picked up'] as const).flatMap((how) =>
    ([2, 3.5] as const).map((retentionDays) =>
      story(
        `an old key comes back, ${how}, retention ${retentionDays}`,
        'The owner deactivates the old key and reactivates it: keynag begins again and settles the first replacement’s secret.',
        {
          organization: escalatingThenRotating({ retentionDays }),
          begin: all(
            after(3, 12, does('deactivates a key')),
            after(4, 6, does('reactivates a key')),
          ),
          ...(how === 'picked up' ? {} : { onLetter: () => undefined }),
          facts: [
            'escalated rotation-opened',
            `${retentionDays === 2 ? 'nagging' : 'escalated'} secret-${how === 'picked up' ? 'retired' : 'kept'}`,
          ],
          days: 20,
        },
      ),
    ),
  ),
  ...(['picked up', 'not picked up'] as const).map((how) =>
    story(
      `an old key is settled by its owner, ${how}`,
      'The owner deactivates the old key after the replacement is issued: keynag resolves the key and settles the secret.',
      {
        begin: after(0, 12, does('deactivates a key')),
        ...(how === 'picked up' ? {} : { onLetter: () => undefined }),
        facts: [`resolved secret-${how === 'picked up' ? 'retired' : 'kept'}`],
      },
    ),
  ),
]
