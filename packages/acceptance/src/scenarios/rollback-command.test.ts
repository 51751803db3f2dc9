import { runKeynag, type Place } from '@keynag/cli'
import { recordingShell } from '@keynag/cli/testing'
import { describe, expect, it } from 'vitest'
import type { AccessKey } from '@keynag/fake-aws/aws'
import type { Small } from './small-organization.ts'
import { deleting, untilDeactivated, organization, statusOf } from './rollback-fixture.ts'

async function rollback(small: Small, key: AccessKey, of: Partial<Place> = {}) {
  const { shell, output, remarks } = recordingShell()
  const place: Place = {
    ...small.ports,
    name: 'stage test',
    reportLedger: () => small.ports.ledger,
    queues: () => Promise.reject(new Error('no queues')),
    operator: () => Promise.resolve('olga'),
    members: () => small.ports,
    close: () => Promise.resolve(),
    ...of,
  }
  const words = ['rollback', key.id, '--why', 'the export failed', '--yes', '--sandbox']
  const exitCode = await runKeynag(words, shell, { openSandbox: () => Promise.resolve(place) })
  return { exitCode, output: output(), remarks: remarks() }
}

describe('keynag rollback', () => {
  it('reactivates the key and says so', async () => {
    const { small, key } = await organization(deleting)
    await small.live(untilDeactivated)
    const { exitCode, output } = await rollback(small, key)
    expect(exitCode).toBe(0)
    expect(output).toContain(`${key.id} is Active again`)
    expect(statusOf(small, key)).toBe('Active')
    expect((await small.known(key)).hold).toMatchObject({ why: 'olga: the export failed' })
  })

  it('refuses a key that keynag did not deactivate, with the reason', async () => {
    const { small, key } = await organization(deleting)
    await small.live(1)
    const { exitCode, remarks } = await rollback(small, key)
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_DECISION_REFUSED')
    expect(statusOf(small, key)).toBe('Active')
  })

  it('is refused in a sandbox', async () => {
    const { small, key } = await organization(deleting)
    await small.live(untilDeactivated)
    const { exitCode, remarks } = await rollback(small, key, { members: undefined })
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_OPTION_INVALID')
    expect(statusOf(small, key)).toBe('Inactive')
  })
})
