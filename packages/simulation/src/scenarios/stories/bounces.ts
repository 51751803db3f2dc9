import { dayMs, hourMs, minuteMs } from '@keynag/core'
import { bounce } from '../../ports/messenger.ts'
import { operate } from '../../operator.ts'
import type { Cue } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { configure } from '../../people.ts'
import {
  after,
  all,
  does,
  hasNotYet,
  heardThatTheDateIsOff,
  holdAll,
  mailComesBack,
} from './cues.ts'
import { enforcing, rotatingByMail } from './organizations.ts'
import { story, type Story } from './story.ts'

/** A scan finds another owner at the moment when keynag sends the first nag. */
export const givenAwayWhile = (newAudience?: string): Cue<Simulation> => ({
  at: 'notify messenger.send',
  nth: 1,
  deed: async (simulation) => {
    await does('gives the user another owner')(simulation)
    for (const entry of simulation.books.entries.values()) {
      const owner = { ...entry.owner, id: 'other@example.com', email: 'other@example.com' }
      const { status, lastUsed, userName, userPath, policy, audience } = entry
      const sighting = {
        status,
        lastUsed,
        userName,
        userPath,
        owner,
        policy,
        audience: newAudience ?? audience,
      }
      await operate(simulation, entry.accessKeyId, () => ({
        kind: 'observed',
        sighting,
        rule: 'the tag says so',
      }))
    }
  },
})

/** One reminder a month, by mail; the cap decides how many keys keynag deactivates on a day. */
const monthlyByMail = (perDay: number) =>
  enforcing(
    'deactivate',
    { nag: { everyDays: 30, via: ['email'] }, caps: { perDay, shareOfEstatePerDay: 1 } },
    { installationGraceDays: 3 },
  )

/** Mail that was delivered comes back later. */
export const bounces: readonly Story[] = [
  story('a reminder comes back', 'A nag comes back: keynag no longer counts it as a warning.', {
    organization: rotatingByMail(),
    begin: mailComesBack(minuteMs, 6),
    facts: ['nagging delivery-withdrawn'],
  }),
  story(
    'a reminder comes back while a replacement is made',
    'A nag comes back while keynag prepares the replacement: keynag abandons the rotation and warns again.',
    {
      organization: rotatingByMail(),
      begin: ({ bouncing }) => void bouncing.set('ann@example.com', 11 * dayMs),
      script: [
        {
          at: 'handovers.prepare',
          nth: 1,
          fault: { kind: 'delay', ms: minuteMs },
          deed: (simulation) => {
            simulation.bouncing.clear()
            for (const { messageId } of simulation.letters.all) bounce(simulation, messageId)
          },
        },
      ],
      facts: ['issuing delivery-withdrawn', 'issuing rotation-abandoned', 'deactivated deleted'],
    },
  ),
  story(
    'a key gets another owner while the one before is told',
    'The key gets another owner while keynag sends a nag to the previous owner: the new owner is not counted as warned.',
    {
      organization: enforcing('deactivate'),
      script: [givenAwayWhile('owner:other@example.com')],
      facts: ['nagging deactivated'],
    },
  ),
  story(
    'a key gets another owner while the one before is told, with a message for each user',
    'The same, where a message is for an IAM user: the audience stays, and the new owner is not counted as warned.',
    {
      organization: enforcing('deactivate', { nag: { via: ['email'], oneMessagePer: 'user' } }),
      script: [givenAwayWhile()],
      facts: ['nagging deactivated'],
    },
  ),
  story(
    'the mails about a moved date come back',
    'The cap moves the date that Ann read, and every mail about the new date comes back: when the cap is raised, keynag does not keep a date that nobody read, and warns Ann anew.',
    {
      organization: monthlyByMail(50),
      days: 40,
      begin: all(
        after(1, 0, (simulation) => configure(simulation, monthlyByMail(0))),
        after(1, 1, mailComesBack(hourMs, 21 * 24)),
        after(9, 0, (simulation) => configure(simulation, monthlyByMail(50))),
        after(22, 0, hasNotYet('deactivated')),
      ),
      facts: ['nagging called-off', 'nagging delivery-withdrawn'],
    },
  ),
  story(
    'a reminder that repeats the date comes back',
    'The second reminder comes back, and then the key is held: Ann reads that the date of the first one is off.',
    {
      organization: enforcing(
        'deactivate',
        { nag: { everyDays: 1, via: ['email'] } },
        { installationGraceDays: 6 },
      ),
      begin: all(
        after(0, 12, mailComesBack(minuteMs, 24)),
        after(1, 13, holdAll),
        after(2, 13, heardThatTheDateIsOff),
      ),
      facts: ['nagging delivery-withdrawn', 'nagging called-off'],
      holds: ['operator'],
    },
  ),
  story(
    'every mail comes back',
    'Every mail to the owner comes back: keynag enforces nothing and holds the key.',
    {
      organization: rotatingByMail({ nag: { everyDays: 1, via: ['email'] } }),
      begin: mailComesBack(minuteMs, 11 * 24),
      holds: ['owner-unreachable'],
    },
  ),
  story(
    'an owner is out of the office',
    'The owner’s mailbox takes every mail and answers automatically: each delivery stands, and keynag rotates the key.',
    {
      organization: rotatingByMail(),
      begin: ({ answering }) => void answering.add('ann@example.com'),
      facts: ['issued deactivated', 'deactivated deleted'],
      never: [
        'nagging delivery-withdrawn',
        'issued delivery-withdrawn',
        'deactivated delivery-withdrawn',
        'deleted delivery-withdrawn',
      ],
    },
  ),
  story(
    'the news of a replacement comes back',
    'The announcement of the replacement comes back: keynag no longer counts it as delivered.',
    {
      organization: rotatingByMail(),
      begin: after(0, 1, (simulation) => {
        simulation.later(7 * minuteMs, () => mailComesBack(hourMs, 6)(simulation))
      }),
      facts: ['issued delivery-withdrawn'],
    },
  ),
  story(
    'the news of a replacement comes back, and is told again after the release',
    'The announcement of the replacement comes back and an operator releases the hold: keynag sends it again and finishes.',
    {
      organization: rotatingByMail(),
      begin: all(
        after(0, 1, (simulation) => {
          simulation.later(7 * minuteMs, () => mailComesBack(hourMs, 6)(simulation))
        }),
        after(2, 5, does('releases every hold')),
      ),
      holds: ['owner-unreachable'],
      facts: ['issued delivery-withdrawn', 'deactivated deleted'],
    },
  ),
  story(
    'the news of a replacement comes back after the deactivation',
    'The announcement of the replacement comes back after the deactivation: keynag records that it came back.',
    {
      organization: rotatingByMail(),
      begin: after(0, 1, (simulation) => {
        simulation.later(7 * minuteMs, () => mailComesBack(30 * hourMs, 6)(simulation))
      }),
      facts: ['deactivated delivery-withdrawn'],
    },
  ),
  story(
    'a reminder comes back when all is over',
    'A nag comes back after the key is deleted: keynag records that it came back.',
    {
      organization: rotatingByMail(),
      begin: mailComesBack(8 * dayMs, 6),
      facts: ['deleted delivery-withdrawn'],
    },
  ),
  story(
    'a reminder comes back before the deactivation it announced',
    'A nag comes back before the deactivation that it announced: keynag warns again before it deactivates the key.',
    {
      organization: enforcing('deactivate', { nag: { everyDays: 7, via: ['email'] } }),
      begin: mailComesBack(20 * hourMs, 6),
      facts: ['nagging delivery-withdrawn'],
    },
  ),
  story(
    'the mail about a hold comes back, and the key is held again after a release',
    'Ann does not get the mail that her date is off. An operator releases the hold, which warns her anew only a month later, and holds the key again: she is told that the date which she read is off.',
    {
      organization: enforcing(
        'deactivate',
        { nag: { everyDays: 30, via: ['email'] } },
        { installationGraceDays: 5 },
      ),
      begin: all(
        after(0, 5, mailComesBack(minuteMs, 6)),
        after(0, 6, holdAll),
        after(0, 10, does('releases every hold')),
        after(1, 20, holdAll),
        after(2, 20, heardThatTheDateIsOff),
      ),
      holds: ['operator'],
    },
  ),
]
