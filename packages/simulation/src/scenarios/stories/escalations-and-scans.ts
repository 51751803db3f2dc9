import { isoDay, plusDays, type PolicyInput } from '@keynag/core'
import { configure } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { organizationOf } from '../estate-of.ts'
import { after, all, does, hasNotYet } from './cues.ts'
import { enforcing, escalatingThenRotating, twoStepEscalation } from './organizations.ts'
import { story, type Story } from './story.ts'

const nagging = {
  name: 'rotate',
  mode: 'enforce',
  nag: { everyDays: 1, via: ['email'] },
} as const satisfies PolicyInput

/** Until now, every scan of the day with this number, counted from 0, has its result. */
const everyScanEnded =
  (day: number): ((simulation: Simulation) => void) =>
  ({ books, checks }) => {
    const date = isoDay(plusDays(startsAt, day))
    const scans = [...books.scans.values()].filter((scan) => scan.date === date)
    const open = scans.filter(({ result }) => result.kind === 'requested')
    if (scans.length > 0 && open.length === 0) return
    checks.violated('I11', `${open.length} of ${scans.length} scans of ${date} have not ended`)
  }

const threeSteps: PolicyInput['escalation'] = [
  { afterNags: 1, to: 'lead@example.com' },
  { afterNags: 2, to: 'head@example.com' },
  { atDay: 96, to: 'security' },
]

const threeReaders = ['lead@example.com', 'head@example.com', '#security', 'security@example.com']

/** Until now, each step of the ladder has had its message, once. */
const heardOnceEach =
  (readers: readonly string[]): ((simulation: Simulation) => void) =>
  ({ letters, checks }) => {
    const heard = letters.all.filter(({ kind }) => kind === 'escalation').map(({ to }) => to)
    for (const reader of readers.slice(0, 3)) {
      const times = heard.filter((to) => to === reader).length
      if (times !== 1) checks.violated('I14', `${reader} heard ${times} times of the key`)
    }
  }

/** Escalations, keys that come back, and scans that see only a part. */
export const escalationsAndScans: readonly Story[] = [
  story('the ladder has two rungs', 'The policy has two escalation steps: keynag takes both.', {
    organization: escalatingThenRotating({}),
    facts: ['escalated escalated'],
  }),
  story(
    'the messages of the first plan cannot be sent',
    'SQS refuses the messages of the planner at all its tries: the sweeper sends them on the same morning.',
    {
      organization: organizationOf([nagging]),
      script: [1, 2, 3].map((nth) => ({
        at: 'planner publisher.publish',
        nth,
        fault: { kind: 'throttle' },
      })),
      begin: after(0, 4, everyScanEnded(0)),
    },
  ),
  story(
    'every delivery of the first scan dies',
    'The scanner dies at each delivery of the first day: the planner of the next day records that the scan failed.',
    {
      organization: organizationOf([nagging]),
      script: [
        {
          at: 'scan iam.credentialReport',
          when: ({ now }) => now < plusDays(startsAt, 1),
          fault: { kind: 'crash-before' },
        },
      ],
      begin: after(1, 4, everyScanEnded(0)),
    },
  ),
  story(
    'nobody on the ladder can be reached for days',
    'keynag escalates a key three times while no message arrives. Then each of the three hears of it, and not the last one three times.',
    {
      organization: organizationOf([{ ...nagging, escalation: threeSteps }]),
      begin: all(
        (simulation) => threeReaders.forEach((reader) => simulation.unreachable.add(reader)),
        after(6, 0, ({ unreachable }) => unreachable.clear()),
        after(9, 0, heardOnceEach(threeReaders)),
      ),
      facts: ['escalated escalated'],
    },
  ),
  story(
    'a key that was nagged for long gets a ladder',
    'The policy gets three escalation steps after many nags: keynag leaves a nag period between two of them.',
    {
      organization: organizationOf([nagging]),
      begin: after(5, 12, (simulation) => {
        const escalation: PolicyInput['escalation'] = [
          { afterNags: 1, to: 'security' },
          { afterNags: 2, to: '#security' },
          { atDay: 96, to: 'security' },
        ]
        configure(simulation, organizationOf([{ ...nagging, escalation }]))
      }),
      facts: ['escalated escalated'],
    },
  ),
  story(
    'a ladder to a deactivation',
    'The policy escalates and then deactivates: keynag does both.',
    {
      organization: enforcing('deactivate', twoStepEscalation, { afterNags: 4 }),
      facts: ['escalated deactivated'],
    },
  ),
  story(
    'the owner changes while nagged, and while escalated',
    'The user gets another owner during the nags, and loses the owner during the escalation: keynag records both.',
    {
      organization: escalatingThenRotating({}),
      begin: all(
        after(0, 12, does('gives the user another owner')),
        after(2, 12, does('removes the owner')),
      ),
      facts: ['nagging observed', 'escalated observed'],
    },
  ),
  story(
    'the owner changes after the reminders that the ladder counts',
    'The user gets another owner after three reminders, and the ladder begins after three: keynag reminds the new owner three times before anybody else hears of the key.',
    {
      organization: organizationOf([
        { ...nagging, escalation: [{ afterNags: 3, to: 'security' }] },
      ]),
      begin: all(
        after(2, 12, does('gives the user another owner')),
        after(5, 0, hasNotYet('escalated')),
      ),
      facts: ['nagging escalated'],
    },
  ),
  story(
    'the owner is out of reach after the ladder',
    'The owner cannot be reached after the escalation: keynag records the nag that was not delivered.',
    {
      organization: escalatingThenRotating({}),
      begin: after(1, 12, does('cannot be reached for a day')),
      facts: ['escalated nag-undelivered'],
    },
  ),
  story(
    'the owner deletes a nagged key',
    'The owner deletes a key that keynag nags about: keynag resolves the key.',
    {
      organization: escalatingThenRotating({}),
      begin: after(0, 12, does('deletes the old key')),
      facts: ['nagging resolved'],
    },
  ),
  story(
    'the owner deletes an escalated key',
    'The owner deletes a key that keynag has escalated: keynag resolves the key.',
    {
      organization: escalatingThenRotating({}),
      begin: after(2, 12, does('deletes the old key')),
      facts: ['escalated resolved'],
    },
  ),
  story(
    'an old key comes back after its replacement is gone',
    'The owner deactivates the old key, deletes the replacement and reactivates the old key: keynag reopens the old key and retires the secret.',
    {
      begin: all(
        after(0, 12, does('deactivates a key')),
        after(1, 4, does('deletes the new key')),
        after(1, 6, does('reactivates a key')),
      ),
      facts: ['resolved reopened', 'issuing secret-retired'],
    },
  ),
  story(
    'an account cannot be read',
    'An account refuses keynag’s role on every scan: keynag resolves no key there.',
    {
      script: [{ at: 'scan iam.credentialReport', fault: { kind: 'denied' } }],
      days: 3,
    },
  ),
  story(
    'a page of users is short',
    'A user is missing from a page of users: keynag does not conclude that the user is deleted.',
    {
      script: [{ at: 'scan iam.users', nth: 2, fault: { kind: 'stale' } }],
    },
  ),
]
