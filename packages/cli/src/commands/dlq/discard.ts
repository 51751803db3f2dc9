import { plural } from '../../output/format.ts'
import type { Place } from '../../place/place.ts'
import { agreed } from '../../shell/ask.ts'
import type { Shell } from '../../shell/shell.ts'
import { coverageOf, depthsOf, lookedAt } from './depths.ts'
import { DiscardRun } from './discard-run.ts'
import { groupTable } from './group-table.ts'
import type { DiscardOptions } from './options.ts'
import { figuresOf } from './tally.ts'

/** Shows what it would delete, asks for confirmation, and deletes it. */
export async function discard(options: DiscardOptions, place: Place, shell: Shell): Promise<void> {
  const { queue, dryRun, yes, json } = options
  const queues = await place.queues()
  const depths = await depthsOf(queues, queue)
  const say = async ({ tally, groups, walk }: DiscardRun, isDry: boolean): Promise<void> => {
    const coverage = coverageOf(walk, depths)
    if (json) {
      const figures = figuresOf(tally, coverage, { verb: 'discard', dryRun: isDry })
      return shell.print(JSON.stringify(figures, undefined, 2))
    }
    const table = tally.total === 0 ? [] : [groupTable(groups.all(), shell), '']
    const looked = `${lookedAt(coverage)} of ${place.name}`
    const done = `${isDry ? 'would discard' : 'discarded'} ${tally.total.toLocaleString('en')}`
    await shell.print([...table, `${looked}, ${done}`].join('\n'))
  }

  if (!dryRun && !yes) {
    const look = new DiscardRun(queues, place, shell, { ...options, dryRun: true })
    await look.run()
    const { tally, groups } = look
    if (shell.interrupted.aborted || tally.total === 0) return say(look, true)
    const table = `${groupTable(groups.all(), shell)}\n\n${tally.table(shell)}\n`
    if (json) shell.remark(table)
    else await shell.print(table)
    const question = `Delete ${plural(tally.total, 'dead letter')} of ${place.name} permanently?`
    if (!(await agreed(shell, question, { hasDryRun: true }))) return
  }
  const run = new DiscardRun(queues, place, shell, options)
  try {
    await run.run()
  } finally {
    await say(run, dryRun)
  }
}
