import { dayMs } from '@keynag/core'
import { setMode } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import { hintAll, hintEscalations, hintNags, hintNotices } from '../../hints.ts'
import type { Simulation } from '../../simulation.ts'
import { after, all, does, holdAll, securityHeardOf, securityIsAway } from './cues.ts'
import { addStaleUser, organizationOf, rotating } from '../estate-of.ts'
import { enforcing, longGraces, rotatingUnder, twoStepEscalation } from './organizations.ts'
import { story, type Story } from './story.ts'

/** Nobody has had a message since so many days after the beginning. */
const silentSince =
  (day: number) =>
  ({ letters, checks, now }: Simulation): void => {
    const late = letters.all.filter(({ at }) => at > now - day * dayMs)
    for (const { kind, to } of late) checks.violated('I16', `${to} was sent ${kind} in vain`)
  }

/** No key has more facts than this: keynag writes none for each day that it waits. */
const isBrief =
  (facts: number) =>
  ({ books, checks }: Simulation): void => {
    for (const [accessKeyId, all] of books.facts) {
      if (all.length > facts) checks.violated('I16', `${accessKeyId} has ${all.length} facts`)
    }
  }

/** Somebody sends a message for everything that might be due. */
function hintEverything(simulation: Simulation): void {
  hintAll(simulation)
  hintNags(simulation)
  hintEscalations(simulation)
  hintNotices(simulation)
}

const quiet = (from: number, to: number, facts: number) => [
  after(to, 0, silentSince(to - from)),
  after(to, 0, isBrief(facts)),
]

const nagging = enforcing(
  'deactivate',
  { ...twoStepEscalation, enforce: undefined },
  { atDay: 190 },
)

/** Accounts that nobody can read, that close, that leave, and that come back. */
export const accountStories: readonly Story[] = [
  story(
    'the reader role is gone after the owner has fixed the key',
    'The reader role is removed, and the owner deletes the key: keynag says nothing more of it, and writes one fact.',
    {
      organization: nagging,
      days: 40,
      begin: all(
        after(0, 12, ({ estate }) => {
          for (const account of estate.accounts.values()) account.isReaderDenied = true
        }),
        after(1, 12, does('deletes the old key')),
        ...quiet(3, 39, 8),
      ),
      facts: ['escalated account-unread'],
    },
  ),
  story(
    'one of two accounts of an owner cannot be read',
    'Ann has a key in each of two accounts, and nobody can read one of them: the reminders go on, and name the key of the other account alone.',
    {
      organization: organizationOf([
        { ...rotating, mode: 'notify', nag: { everyDays: 1, via: ['email'] } },
      ]),
      days: 10,
      begin: (simulation) => {
        const { user } = addStaleUser(simulation, 'ann', { account: '222222222222' })
        simulation.later(dayMs, () => {
          const account = simulation.estate.accounts.get(user.accountId)
          if (account !== undefined) account.isReaderDenied = true
        })
      },
    },
  ),
  story(
    'the reader role is gone, and comes back',
    'Nobody can read the account for four days, in which the key comes due: keynag waits, and warns anew before it rotates.',
    {
      organization: rotatingUnder({ staleAtDay: 96 }, { atDay: 97, ...longGraces }),
      days: 20,
      begin: after(1, 12, does('removes the reader role for four days')),
      facts: ['issued deactivated', 'deactivated deleted'],
    },
  ),
  story(
    'an account is suspended while its key is due',
    'The account is suspended for a day, and the key comes due: keynag waits, and warns the owner anew.',
    {
      organization: enforcing('deactivate', {}, { installationGraceDays: 1 }),
      days: 12,
      begin: after(0, 12, does('suspends the account for a day')),
      facts: ['nagging account-unread', 'nagging account-read', 'nagging deactivated'],
    },
  ),
  story(
    'messages about a key of a suspended account',
    'The account is suspended, and somebody sends a message every ten minutes that something is due: keynag does and says nothing.',
    {
      organization: rotatingUnder(twoStepEscalation, { afterNags: 2, ...longGraces }),
      days: 12,
      begin: all(
        after(0, 12, does('suspends the account for a day')),
        ...Array.from({ length: 6 * 48 }, (_, nth) => after(0, 12 + nth / 6, hintEverything)),
      ),
      facts: ['issued deactivated'],
    },
  ),
  story(
    'an account is away between a warning and its date',
    'The account is suspended for a day after the warning, and is back before the date: the warning from before does not count, and keynag warns the owner anew.',
    {
      organization: rotatingUnder({}, { atDay: 98, ...longGraces }),
      days: 20,
      begin: after(0, 12, does('suspends the account for a day')),
      facts: ['nagging account-read', 'issued deactivated'],
    },
  ),
  story(
    'a message about a key of an account that is back and that no scan has read',
    'The account is ACTIVE again, its scan fails, and somebody sends a message that the key is due, before the sweeper has looked: keynag does nothing before a scan has read the account.',
    {
      organization: enforcing('deactivate', {}, { installationGraceDays: 2 }),
      days: 20,
      script: [
        {
          at: 'scan iam.credentialReport',
          when: ({ now }) => now > startsAt + 2 * dayMs && now < startsAt + 3 * dayMs,
          fault: { kind: 'denied' },
        },
      ],
      begin: all(
        after(0, 12, does('suspends the account for a day')),
        after(2, 1 + 7 / 60, hintAll),
      ),
      facts: ['nagging account-read', 'nagging deactivated'],
    },
  ),
  story(
    'an account that is suspended while a replacement waits to be installed',
    'The account is suspended, and messages say that the deactivation is due: keynag does nothing until the owner was told anew.',
    {
      organization: rotatingUnder(
        {},
        { installationGraceDays: 2, recoveryGraceDays: 1, retentionDays: 2 },
      ),
      days: 14,
      begin: all(
        after(1, 12, does('suspends the account for a day')),
        ...Array.from({ length: 6 * 48 }, (_, nth) => after(1, 12 + nth / 6, hintEverything)),
      ),
      facts: ['issued account-read', 'issued deactivated'],
    },
  ),
  story(
    'a hold that nobody has heard of, in a suspended account',
    'Security cannot be reached when keynag holds a key, and then its account is suspended: security hears of the hold when the account is back.',
    {
      begin: all(
        after(0, 0, securityIsAway('refused')),
        after(0, 0, does('creates a key and never uses it')),
        after(0, 12, does('takes the account out of the organization for three days')),
        after(7, 0, securityHeardOf(1)),
      ),
      holds: ['two-keys'],
    },
  ),
  story(
    'two deliveries meet a role that is gone',
    'The reader role is removed, and two messages at a time say that a step is due: one dead letter a day tells of it.',
    {
      organization: rotatingUnder({}, longGraces),
      days: 20,
      begin: all(
        after(2, 12, does('removes the reader role for four days')),
        after(3, 4, hintAll),
        after(3, 4, hintAll),
      ),
      facts: ['issued deactivated'],
    },
  ),
  story(
    'an account closes for good',
    'The account is closed while keynag replaces its key: the key’s story ends, and nobody hears of it again.',
    {
      organization: rotatingUnder({}, longGraces),
      days: 60,
      begin: all(after(1, 12, does('closes the account')), ...quiet(2, 59, 8)),
      facts: ['issued resolved'],
      never: ['issued deactivated'],
    },
  ),
  story(
    'an account with a held key closes',
    'An operator holds a key, and its account is closed: the story ends all the same.',
    {
      days: 12,
      begin: all(after(0, 12, holdAll), after(1, 12, does('closes the account'))),
      facts: ['issued resolved'],
    },
  ),
  story(
    'an account leaves the organization for good',
    'The account is no longer listed: keynag leaves its key alone at once, and ends its story after 90 days.',
    {
      organization: nagging,
      days: 110,
      begin: all(
        after(2, 12, does('takes the account out of the organization')),
        ...quiet(3, 105, 10),
        after(105, 0, ({ books, checks }) => {
          for (const { accessKeyId, state } of books.entries.values()) {
            if (state !== 'resolved') checks.violated('I16', `${accessKeyId} is still ${state}`)
          }
        }),
      ),
      facts: ['escalated resolved'],
    },
  ),
  story(
    'an account is closed and comes back',
    'The account closes after the key was deactivated and after its replacement was issued, and is reopened: keynag begins anew.',
    {
      organization: rotatingUnder({}, longGraces),
      days: 40,
      begin: all(
        after(0, 12, does('closes the account, and thinks better of it')),
        after(6, 0, ({ books, checks }) => {
          for (const { accessKeyId, state } of books.entries.values()) {
            if (state === 'resolved') checks.violated('I11', `${accessKeyId} is not found again`)
          }
        }),
      ),
      facts: ['issued resolved', 'resolved reopened'],
    },
  ),
  story(
    'an account is closed, and comes back without an owner',
    'Ann was told a date, the account closes, and her tag is gone when the account is back: nobody else read the date, so keynag does not try day after day to take it back.',
    {
      organization: rotatingUnder({}, longGraces),
      days: 40,
      begin: all(
        after(0, 12, does('closes the account, and thinks better of it')),
        after(3, 12, does('removes the owner')),
        after(3, 12, (simulation) => setMode(simulation, 'notify')),
      ),
      facts: ['issued resolved', 'resolved reopened'],
      never: ['nagging called-off'],
    },
  ),
  story(
    'a deactivated key of a closed account is switched on',
    'keynag deactivates a key, its account closes and comes back, and somebody reactivates the key: keynag holds it.',
    {
      organization: enforcing('delete', {}, { recoveryGraceDays: 9 }),
      days: 20,
      begin: all(
        after(1, 12, does('closes the account, and thinks better of it')),
        after(5, 6, does('reactivates a key')),
      ),
      facts: ['deactivated resolved', 'resolved reopened'],
      never: ['deactivated deleted'],
    },
  ),
  story(
    'an account is closed in the middle of a create',
    'The account closes after keynag has created a key and before it is issued, and comes back: keynag abandons that rotation.',
    {
      days: 40,
      script: [
        {
          at: 'handovers.store',
          fault: { kind: 'throttle' },
          when: ({ now, marks }) => now > 0 && !marks.has('back'),
        },
      ],
      begin: all(
        after(0, 12, does('closes the account, and thinks better of it')),
        after(4, 0, ({ marks }) => {
          marks.add('back')
        }),
      ),
      facts: ['issuing resolved', 'resolved rotation-abandoned'],
    },
  ),
]
