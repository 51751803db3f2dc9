import { isoTime } from '@keynag/core'
import { type Column, tableOf } from '../../output/table.ts'
import type { Place } from '../../place/place.ts'
import type { Shell } from '../../shell/shell.ts'
import { coverageOf, type Depth, depthsOf, lookedAt } from './depths.ts'
import { eachLetter } from './each-letter.ts'
import { groupTable } from './group-table.ts'
import { Groups } from './groups.ts'
import type { ListOptions } from './options.ts'
import { Walk } from './walk.ts'

const depthColumns: readonly Column<Depth>[] = [
  { title: 'queue', value: ({ queue }) => queue },
  { title: 'waiting', value: ({ waiting }) => waiting.toLocaleString('en'), align: 'right' },
  {
    title: 'dead letters',
    value: ({ deadLetters }) => deadLetters.toLocaleString('en'),
    align: 'right',
  },
]

/** Prints the dead letters by queue and reason, and how full the queues are. */
export async function list(options: ListOptions, place: Place, shell: Shell): Promise<void> {
  const { queue, max, json } = options
  const queues = await place.queues()
  const depths = await depthsOf(queues, queue)
  const { clock } = place
  const walk = new Walk(queues, { queue, max, clock, interrupted: shell.interrupted })
  const groups = new Groups()
  for await (const { letter, reading, facts } of eachLetter(walk, place, shell, options)) {
    groups.add(letter, reading, facts)
  }
  const all = groups.all()
  const coverage = coverageOf(walk, depths)
  if (json) {
    const report = {
      place: place.name,
      looked: coverage.looked,
      complete: coverage.isComplete,
      queues: depths,
      groups: all.map(({ oldest, ...group }) => ({ ...group, oldest: isoTime(oldest) })),
    }
    return shell.print(JSON.stringify(report, undefined, 2))
  }
  await shell.print(
    [
      ...(all.length === 0 ? [] : [groupTable(all, shell), '']),
      tableOf(depths, depthColumns, shell),
      '',
      `${lookedAt(coverage)} of ${place.name}`,
    ].join('\n'),
  )
}
