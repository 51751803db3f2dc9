import { dayMs } from '@keynag/core'
import { describe, expect, it, vi } from 'vitest'
import { startOrganization } from './audit-fixture.ts'

describe('keynag audit explains the failure for', () => {
  it('an account that is not in the organization', async () => {
    const { audit } = await startOrganization()
    const { exitCode, remarks } = await audit('--org', '--accounts', '999999999999')
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_OPTION_INVALID: --accounts names 999999999999')
  })

  it('no credentials', async () => {
    const { audit } = await startOrganization()
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
      vi.stubEnv(name, undefined)
    }
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    vi.stubEnv('HOME', '/nowhere')
    const { exitCode, output, remarks } = await audit()
    expect(exitCode).toBe(1)
    expect(output).toBe('')
    expect(remarks).toContain('KEYNAG_CREDENTIALS_MISSING')
  })

  it('expired credentials', async () => {
    const { audit, clock } = await startOrganization()
    clock.advance(366 * dayMs)
    const { exitCode, remarks } = await audit()
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_CREDENTIALS_EXPIRED')
  })

  it('unknown credentials', async () => {
    const { audit } = await startOrganization()
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE')
    const { exitCode, remarks } = await audit()
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_CREDENTIALS_REFUSED')
  })

  it('an endpoint that does not answer', async () => {
    const { audit } = await startOrganization()
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1')
    const { exitCode, remarks } = await audit()
    expect(exitCode).toBe(1)
    expect(remarks).toContain('KEYNAG_UNAVAILABLE')
    expect(remarks).not.toContain('    at ')
  })
})
