import { isoTime } from '@keynag/core'
import { type Column, tableOf } from '../../output/table.ts'
import type { Shell } from '../../shell/shell.ts'
import type { Group } from './groups.ts'

const mostNamed = 3

const columns: readonly Column<Group>[] = [
  { title: 'queue', value: ({ queue }) => queue },
  { title: 'reason', value: ({ reason }) => reason, shrink: 1 },
  { title: 'count', value: ({ count }) => count.toLocaleString('en'), align: 'right' },
  { title: 'events', value: ({ types }) => types.join(', '), shrink: 2 },
  { title: 'oldest', value: ({ oldest }) => isoTime(oldest).slice(0, 16).replace('T', ' ') },
  { title: 'accounts', value: ({ accounts }) => named(accounts), shrink: 3, drop: 1 },
  { title: 'one of them', value: ({ exampleId }) => exampleId },
]

export const groupTable = (
  groups: readonly Group[],
  shell: Pick<Shell, 'width' | 'style'>,
): string => tableOf(groups, columns, shell)

const named = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed - 1).join(', ')} and ${names.length - mostNamed + 1} more`
    : names.join(', ')
