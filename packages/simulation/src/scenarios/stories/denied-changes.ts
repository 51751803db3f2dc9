import { dayMs, hourMs, minuteMs } from '@keynag/core'
import type { Simulation } from '../../simulation.ts'
import { addStaleUser } from '../estate-of.ts'
import { enforcing, rotatingUnder } from './organizations.ts'
import { story, type Story } from './story.ts'

const oneADay = { staleAtDay: 80, caps: { shareOfEstatePerDay: 1, perDay: 1 } } as const

/** What a service control policy denies, under which policy, and what becomes of the other account. */
const denials = [
  ['secretsmanager:CreateSecret', rotatingUnder(oneADay), 'deleted'],
  ['iam:CreateAccessKey', rotatingUnder(oneADay), 'deleted'],
  ['iam:UpdateAccessKey', rotatingUnder(oneADay), 'deleted'],
  ['iam:DeleteAccessKey', rotatingUnder(oneADay), 'deleted'],
  ['iam:UpdateAccessKey', enforcing('deactivate', oneADay), 'deactivated'],
  ['iam:DeleteAccessKey', enforcing('delete', oneADay), 'deleted'],
] as const

/** A service control policy denies keynag one action in Ann's account, and a cap allows one key a day. */
const denied = denials.map(([action, organization, end], index) =>
  story(
    `a service control policy denies ${action}, and the cap is one key a day (${index + 1})`,
    'keynag postpones the change and names the denied action. The key of the other account goes on meanwhile.',
    {
      organization,
      days: 26,
      begin: (simulation, ann) => {
        const account = simulation.estate.account(ann.accountId)
        account.denied.add(action)
        // Due at another time of the day than Ann's, after AWS has refused hers.
        const other = { account: '222222222222', ageDays: 85.5 }
        const { key } = addStaleUser(simulation, 'ben', other)
        simulation.later(14 * dayMs + hourMs, () => {
          checkOtherGoesOn(simulation, key.id, end)
          account.denied.delete(action)
        })
      },
      never: ['issuing held', 'nagging held', 'issued held', 'deactivated held'],
    },
  ),
)

const twoADay = { caps: { shareOfEstatePerDay: 1, perDay: 2 } }

export const deniedChanges: readonly Story[] = [
  ...denied,
  story(
    'an account has more keys than the cap allows in a day',
    'Four keys of one account and one of another are due at the same time, and a cap allows two a day: the accounts take turns, so that the other account need not wait for all of the four.',
    {
      organization: enforcing('deactivate', twoADay),
      // Ben is warned last, and so his key is due last.
      script: [{ at: 'messenger.send', nth: 1, fault: { kind: 'delay', ms: minuteMs } }],
      begin: (simulation) => {
        for (const name of ['amy', 'art', 'ava']) addStaleUser(simulation, name)
        const { key } = addStaleUser(simulation, 'ben', { account: '222222222222' })
        simulation.later(dayMs + 12 * hourMs, () =>
          checkOtherGoesOn(simulation, key.id, 'deactivated'),
        )
      },
    },
  ),
]

function checkOtherGoesOn(simulation: Simulation, accessKeyId: string, end: string): void {
  const state = simulation.books.entries.get(accessKeyId)?.state
  if (state !== end) {
    const sentence = `${accessKeyId} is ${state ?? 'unknown'}: it waits for keys of another account`
    simulation.checks.violated('I12', sentence)
  }
}
