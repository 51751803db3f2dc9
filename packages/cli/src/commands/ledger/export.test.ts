import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { permanent } from '@keynag/core'
import { aKeyId, anAccountId, anEntry } from '@keynag/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runKeynag } from '../../program.ts'
import { ledgerTerminal, open } from '../../testing/ledger-terminal.ts'
import { recordingShell } from '../../testing/recording-shell.ts'

let terminal: ReturnType<typeof ledgerTerminal>
beforeEach(() => {
  terminal = ledgerTerminal()
})

describe('keynag ledger export', () => {
  const Line = z.object({ type: z.enum(['entry', 'fact']), accessKeyId: z.string() })
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keynag-export-'))
    await terminal.given(
      ...Array.from({ length: 45 }, (_, n) => open(anEntry({ accessKeyId: aKeyId(n) }))),
    )
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('has every entry, and every fact after its entry', async () => {
    const { output } = await terminal.keynag(['export', '--facts'])
    const lines = output.split('\n').map((line) => Line.parse(JSON.parse(line)))
    expect(lines).toHaveLength(90)
    for (const [index, line] of lines.entries()) {
      expect(line).toStrictEqual({
        type: index % 2 === 0 ? 'entry' : 'fact',
        accessKeyId: aKeyId(Math.floor(index / 2)),
      })
    }
  })

  it('is CSV of entries, or of facts', async () => {
    const entries = (await terminal.keynag(['export', '--csv'])).output.split('\n')
    expect(entries).toHaveLength(46)
    expect(entries[1]).toContain(`${aKeyId(0)},${anAccountId()},ann,`)
    const facts = (await terminal.keynag(['export', '--csv', '--facts'])).output.split('\n')
    expect(facts).toHaveLength(46)
    expect(facts[1]).toContain(`${aKeyId(0)},1,2026-01-05T09:00:00Z,found,`)
  })

  it('writes one complete file, and reports it on standard error', async () => {
    const path = join(folder, 'ledger.jsonl')
    const { output, remarks } = await terminal.keynag(['export', '--out', path])
    expect(output).toBe('')
    expect(remarks).toBe(`Wrote 45 keys of stage test to ${path}.`)
    expect(await readdir(folder)).toStrictEqual(['ledger.jsonl'])
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(46)
  })

  it('leaves nothing behind when it is interrupted or fails', async () => {
    const path = join(folder, 'ledger.jsonl')
    const shell = { ...recordingShell().shell, interrupted: AbortSignal.abort() }
    const openSandbox = () => Promise.resolve(terminal.place)
    const args = ['ledger', 'export', '--facts', '--out', path, '--sandbox']
    expect(await runKeynag(args, shell, { openSandbox })).toBe(130)
    expect(await readdir(folder)).toStrictEqual([])
    terminal.ledger.timeline = () => Promise.reject(permanent('KEYNAG_LEDGER_MISSING', 'no table'))
    expect((await terminal.keynag(['export', '--facts', '--out', path])).exitCode).toBe(1)
    expect(await readdir(folder)).toStrictEqual([])
    const nowhere = await terminal.keynag(['export', '--out', join(folder, 'no', 'such', 'file')])
    expect(nowhere.remarks).toContain('KEYNAG_OUT_UNUSABLE')
    expect(nowhere.exitCode).toBe(1)
  })
})
