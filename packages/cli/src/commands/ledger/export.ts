import { z } from 'zod'
import type { Command } from 'commander'
import { type Entry, everyItem, type FactRecord, type Ledger } from '@keynag/core'
import { fileSink, type LineSink } from '../../output/file.ts'
import { csvLine, plural, withIsoTimes } from '../../output/format.ts'
import { withPlace, addPlaceOptions, reportReading } from '../../place/open-place.ts'
import { readOptions, formats, isOneFormat, twoFormats } from '../../shell/options.ts'
import type { CommandContext } from '../../shell/shell.ts'
import { entryCsv } from './entry-row.ts'
import { factCsv } from './fact-words.ts'

const examples = `
Examples
  npx pnpm keynag ledger export --sandbox --facts --out ledger.jsonl
  npx pnpm keynag ledger export --stage production --csv > keys.csv

By default the output is JSON: one object per line, whose "type" is entry or fact. CSV holds one kind
of line: the entries, or with --facts the facts. The file of --out appears only when it is complete;
until then an older file keeps its contents.`

export const addExport = (ledger: Command, context: CommandContext): void => {
  const command = ledger
    .command('export')
    .description('Writes out every entry of the ledger, and with --facts every fact.')
    .option('--facts', 'write the facts as well: everything that happened to each key')
    .option('--json', 'print one JSON object per line (the default)')
    .option('--csv', 'print comma-separated values')
    .option('--out <file>', 'write to this file instead of standard output')
    .addHelpText('after', examples)
  addPlaceOptions(command).action((raw: unknown) => exportLedger(raw, context))
}

const ExportOptions = z
  .object({ ...formats, facts: z.boolean().default(false), out: z.string().min(1).optional() })
  .refine(isOneFormat, twoFormats)
type ExportOptions = z.infer<typeof ExportOptions>

/** How many entries are in memory, and how many timelines are read, at a time. */
const partSize = 25

function exportLedger(raw: unknown, context: CommandContext): Promise<void> {
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
    const timelinesRead = facts ? await timelines(entries) : []
    return entries.flatMap((entry, index) => [
      JSON.stringify({ type: 'entry', ...withIsoTimes(entry) }),
      ...(timelinesRead[index] ?? []).map((record) =>
        JSON.stringify({ type: 'fact', ...withIsoTimes(record) }),
      ),
    ])
  }
}
