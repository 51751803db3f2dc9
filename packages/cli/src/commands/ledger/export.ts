import { everyItem, type Entry, type FactRecord, type Ledger } from '@keynag/core'
import { csvLine } from '../../csv.ts'
import { readOptions } from '../../options.ts'
import { withPlace } from '../../place-options.ts'
import { plural } from '../../plural.ts'
import type { CommandContext } from '../../command-context.ts'
import { entryCsv } from './entry-row.ts'
import { factCsv } from './fact-row.ts'
import { fileSink, type LineSink } from './line-sink.ts'
import { ExportOptions } from './options.ts'
import { reportReading } from './report-reading.ts'
import { withIsoTimes } from './times.ts'

/** So many entries are in memory at a time, and so many timelines are read at once. */
const partSize = 25

export function exportLedger(raw: unknown, context: CommandContext): Promise<void> {
  const { shell } = context
  const options = readOptions(ExportOptions, raw)
  return withPlace(raw, context, async (place) => {
    const reading = reportReading(place, context)
    const linesOf = liner(options, reading.ledger, place.clock.now())
    const sink: LineSink =
      options.out === undefined
        ? { write: (lines) => shell.print(lines.join('\n')), finish: nothing, abandon: nothing }
        : await fileSink(options.out)
    try {
      if (options.csv) await sink.write([csvLine((options.facts ? factCsv : entryCsv).titles)])
      let done = 0
      for await (const part of inParts(reading.ledger)) {
        if (shell.interrupted.aborted) break
        const lines = await linesOf(part)
        if (lines.length > 0) await sink.write(lines)
        done += part.length
        shell.progress(`${plural(done, 'key')} so far`)
      }
      if (shell.interrupted.aborted) {
        await sink.abandon()
        return
      }
      await sink.finish()
      if (options.out !== undefined) {
        shell.remark(`Wrote ${plural(done, 'key')} of ${place.name} to ${options.out}.`)
      }
    } catch (error) {
      await sink.abandon()
      throw error
    }
    reading.finish()
  })
}

const nothing = (): Promise<void> => Promise.resolve()

async function* inParts(ledger: Ledger): AsyncGenerator<readonly Entry[]> {
  let part: Entry[] = []
  for await (const entry of everyItem((cursor) => ledger.allEntries(cursor))) {
    part.push(entry)
    if (part.length < partSize) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}

type Lines = (entries: readonly Entry[]) => Promise<readonly string[]>

function liner({ csv, facts }: ExportOptions, ledger: Ledger, now: Entry['changedAt']): Lines {
  const timelines = (entries: readonly Entry[]): Promise<readonly (readonly FactRecord[])[]> =>
    Promise.all(entries.map(({ accessKeyId }) => ledger.timeline(accessKeyId)))
  if (csv && facts) {
    return async (entries) =>
      (await timelines(entries)).flat().map((record) => csvLine(factCsv.cells(record)))
  }
  if (csv) {
    return (entries) => Promise.resolve(entries.map((entry) => csvLine(entryCsv.cells(entry, now))))
  }
  return async (entries) => {
    const told = facts ? await timelines(entries) : []
    return entries.flatMap((entry, index) => [
      JSON.stringify({ type: 'entry', ...withIsoTimes(entry) }),
      ...(told[index] ?? []).map((record) =>
        JSON.stringify({ type: 'fact', ...withIsoTimes(record) }),
      ),
    ])
  }
}
