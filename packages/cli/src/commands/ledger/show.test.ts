import type { Entry } from '@keynag/core'
import { aFact, aFreeze, aKeyId, anEntry, anOwner, at } from '@keynag/core/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { ledgerTerminal, open } from '../../testing/ledger-terminal.ts'

let terminal: ReturnType<typeof ledgerTerminal>
beforeEach(() => {
  terminal = ledgerTerminal()
})

describe('keynag ledger show', () => {
  it('prints what comes next, and each fact with its rule, actor and proof', async () => {
    const entry = anEntry({
      nagCount: 1,
      lastNaggedAt: at('2026-01-19T09:00:00Z'),
      owner: anOwner({ manager: 'boss@example.com' }),
    })
    await terminal.given(open(entry))
    const nagged: Entry = { ...entry, version: 2 }
    await terminal.given({
      kind: 'entry',
      before: entry,
      after: nagged,
      fact: aFact('nagged'),
      actor: { kind: 'delivery', event: 'key.stale', eventId: 'e-1' },
    })
    const { output, exitCode } = await terminal.keynag(['show', entry.accessKeyId])
    expect(exitCode).toBe(0)
    expect(output).toBe(
      [
        `${entry.accessKeyId} of ann in account ${entry.accountId}`,
        '  state       nagging, in the ledger since 2026-01-05',
        '  owner       ann@example.com (tag owner); manager boss@example.com',
        '  policy      standard',
        '  key         Active, 111 days old, created on 2025-10-01',
        '  last used   never',
        '  reminders   1 delivered, the last try on 2026-01-19',
        '  next        nothing before 2026-01-26 09:00: keynag sends a nag every 7 days',
        '',
        'Timeline, in UTC',
        '2026-01-05 09:00  found: Active, last used never, owner ann@example.com, policy standard',
        '                  because: 90 days old',
        '                  by: operator olga',
        '2026-01-05 09:00  reminded the owner',
        '                  because: a nag every 7 days',
        '                  delivered: slack to ann@example.com, message 1767603600.000100',
        '                  by: delivery of key.stale e-1',
      ].join('\n'),
    )
  })

  it('folds scans in a row that only looked at the key again, unless --all', async () => {
    let entry: Entry = anEntry()
    await terminal.given(open(entry))
    for (const kind of ['observed', 'observed', 'observed', 'nagged', 'observed'] as const) {
      const after: Entry = { ...entry, version: entry.version + 1 }
      const actor = { kind: 'scan', date: `2026-01-${10 + after.version}` } as const
      await terminal.given({ kind: 'entry', before: entry, after, fact: aFact(kind), actor })
      entry = after
    }
    const looks = async (...more: readonly string[]) => {
      const { output } = await terminal.keynag(['show', entry.accessKeyId, ...more])
      return output.split('\n').filter((line) => line.includes('looked at again'))
    }
    const [run, single, ...others] = await looks()
    expect(run).toContain('looked at again, 3 times since 2026-01-05: Active')
    expect(single).toContain('looked at again: Active')
    expect(others).toEqual([])
    expect(await looks('--all')).toHaveLength(4)
  })

  it('says that the day on which a secret was to be deleted is past', async () => {
    const handover = {
      replacementKeyId: aKeyId(2),
      secretArn: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:x',
      issuedAt: at('2026-01-06'),
    }
    for (const [retireAt, words] of [
      [at('2026-01-19'), ' and was to be deleted on 2026-01-19;'],
      [at('2026-01-21'), ' until 2026-01-21;'],
    ] as const) {
      terminal = ledgerTerminal()
      const entry: Entry = anEntry({ handover: { ...handover, retireAt } })
      await terminal.given(open(entry))
      const { output } = await terminal.keynag(['show', entry.accessKeyId])
      expect(output).toContain(`its secret is in ${handover.secretArn}${words}`)
    }
  })

  it('is one JSON object for programs', async () => {
    const entry = anEntry({ hold: { code: 'operator', why: 'ask', since: at('2026-01-10') } })
    await terminal.given(open(entry))
    const freeze = aFreeze({ since: at('2026-01-11'), why: 'incident' })
    await terminal.given({ kind: 'freeze-started', freeze })
    const { output } = await terminal.keynag(['show', entry.accessKeyId, '--json'])
    expect(JSON.parse(output)).toMatchObject({
      entry: { accessKeyId: entry.accessKeyId, hold: { since: '2026-01-10T00:00:00Z' } },
      next: {
        kind: 'wait',
        what: 'nothing by itself',
        rule: 'the key is held (operator) until an operator releases it',
      },
      freeze: { since: '2026-01-11T00:00:00Z', by: 'olga', why: 'incident' },
      timeline: [{ at: '2026-01-05T09:00:00Z', rule: '90 days old', by: 'operator olga' }],
    })
  })

  it('refuses a key that the ledger does not hold, and a malformed ID', async () => {
    const unknown = await terminal.keynag(['show', aKeyId(9)])
    expect(unknown.remarks).toContain(
      `KEYNAG_KEY_UNKNOWN: the ledger of stage test does not have the key ${aKeyId(9)}`,
    )
    expect(unknown).toMatchObject({ exitCode: 1, output: '' })
    const malformed = await terminal.keynag(['show', 'AKIA-\u001B[2J'])
    expect(malformed.remarks).toContain(
      'KEYNAG_OPTION_INVALID: the argument is not an access key ID',
    )
    expect(malformed.remarks).not.toContain('\u001b')
    expect(malformed.remarks).not.toContain('\u001B')
    expect(malformed).toMatchObject({ exitCode: 1, output: '' })
    expect((await terminal.keynag(['show'])).remarks).toContain(
      "missing required argument 'access-key-id'",
    )
  })
})
