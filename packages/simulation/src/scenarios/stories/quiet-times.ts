import { plusDays } from '@keynag/core'
import { dateReadIn } from '../../checks/i14-date-is-kept.ts'
import { configure } from '../../people.ts'
import { startsAt } from '../../scenario.ts'
import type { Simulation } from '../../simulation.ts'
import { after, all, ann } from './cues.ts'
import { enforcing } from './organizations.ts'
import { story, type Story } from './story.ts'

const nights = { from: '18:00', to: '08:00' }

/** From Thursday, which is the second day after the start, to Monday. */
const longWeekend = { holidays: ['01-08', '01-09', '01-10', '01-11', '01-12'] }

const twoReminders = () =>
  enforcing(
    'deactivate',
    { nag: { everyDays: 3, via: ['email'] }, quiet: longWeekend },
    { afterNags: 2 },
  )

const deactivatingAt = (atDay: number) =>
  enforcing(
    'deactivate',
    { nag: { everyDays: 3, via: ['email'] }, quiet: longWeekend },
    { atDay, installationGraceDays: 4 },
  )

/** The first letter to the owner showed no date before this day, counted from 0. */
const announcedNotBefore =
  (day: number) =>
  (simulation: Simulation): void => {
    const [letter] = simulation.letters.all
    const [key] = ann(simulation).keys
    if (letter === undefined || key === undefined) throw new Error('nobody was told anything')
    const date = dateReadIn(letter, key.id)
    if (date !== undefined && date >= plusDays(startsAt, day)) return
    simulation.checks.violated('I14', `${letter.noticeId} shows a date that cannot be kept`)
  }

function dateIsTakenBack({ books, checks }: Simulation): void {
  const [entry] = books.entries.values()
  if (entry?.shown?.calledOff !== undefined) return
  checks.violated('I14', 'nobody took the date back before it passed')
}

/** Messages that can wait go after the quiet time of their reader, and dates are true all the same. */
export const quietTimes: readonly Story[] = [
  story(
    'a rung is due at night',
    'The key reaches the age of a rung at four in the morning: keynag tells security at eight.',
    {
      organization: enforcing(
        'deactivate',
        {
          quiet: nights,
          nag: { everyDays: 1, via: ['email'] },
          escalation: [{ atDay: 98, to: 'security' }],
        },
        { atDay: 110 },
      ),
      facts: ['nagging escalated'],
    },
  ),
  story(
    'a date moves over a long weekend',
    'Ann read a date on a holiday, on which keynag sends no reminder. Then the date moves: a message takes it back, because the next reminder comes too late.',
    {
      organization: deactivatingAt(90),
      begin: all(
        after(1, 0, (simulation) => configure(simulation, deactivatingAt(110))),
        after(3, 0, dateIsTakenBack),
      ),
      days: 16,
      facts: ['nagging called-off'],
    },
  ),
  story(
    'the second reminder waits over a long weekend',
    'keynag acts after two reminders, and the second one waits for the end of the holidays: the date in the first one counts that.',
    {
      organization: twoReminders(),
      begin: after(2, 0, announcedNotBefore(7)),
      days: 16,
      facts: ['nagging deactivated'],
    },
  ),
]
