import { plural } from '../../output/format.ts'
import type { Place } from '../../place/place.ts'
import { agreed } from '../../shell/ask.ts'
import type { Shell } from '../../shell/shell.ts'
import { coverageOf, depthsOf, lookedAt } from './depths.ts'
import type { Found } from './each-letter.ts'
import type { Verdict } from './judge.ts'
import type { ReplayOptions } from './options.ts'
import { typeOf } from './read-letter.ts'
import { ReplayRun } from './replay-run.ts'
import { figuresOf } from './tally.ts'
import { escaped } from '../../shell/terminal-text.ts'

const nothing = (): Promise<void> => Promise.resolve()

/** Shows what it would do, asks for confirmation, and replays events that are still due. */
export async function replay(options: ReplayOptions, place: Place, shell: Shell): Promise<void> {
  const { queue, dryRun, yes, json } = options
  const queues = await place.queues()
  const depths = await depthsOf(queues, queue)
  const say = async ({ tally, walk }: ReplayRun, isDry: boolean): Promise<void> => {
    const coverage = coverageOf(walk, depths)
    if (json) {
      const figures = figuresOf(tally, coverage, { verb: 'replay', dryRun: isDry })
      return shell.print(JSON.stringify(figures, undefined, 2))
    }
    const table = tally.table(shell, isDry ? {} : { replay: 'replayed' })
    const summary = `${lookedAt(coverage)} of ${place.name}`
    await shell.print(table === '' ? summary : `${table}\n\n${summary}`)
  }

  if (!dryRun && !yes) {
    const look = new ReplayRun(queues, place, shell, { ...options, dryRun: true })
    await look.run(nothing)
    const count = look.tally.count('replay')
    if (shell.interrupted.aborted || count === 0) return say(look, true)
    const table = look.tally.table(shell)
    if (json) shell.remark(table)
    else await shell.print(`${table}\n`)
    if (
      !(await agreed(shell, `Replay ${plural(count, 'event')} of ${place.name}?`, {
        hasDryRun: true,
      }))
    )
      return
  }
  const run = new ReplayRun(queues, place, shell, options)
  try {
    await run.run(dryRun && !json ? printEach(shell) : nothing)
    if (dryRun && !json && run.walk.looked > 0) await shell.print('')
  } finally {
    await say(run, dryRun)
  }
}

const printEach =
  (shell: Pick<Shell, 'print'>) =>
  ({ letter, reading }: Found, { outcome, why }: Verdict): Promise<void> => {
    const about = reading.kind === 'event' ? ` ${reading.event.subject}` : ''
    const what = `${typeOf(reading) ?? 'unreadable'}${about}`
    return shell.print(escaped(`${outcome.padEnd(11)}  ${letter.messageId}  ${what}: ${why}`))
  }
