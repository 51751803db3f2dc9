import { describe, expect, it } from 'vitest'
import { accessKeyIdOf } from './options.ts'

describe('an argument that should be an access key ID', () => {
  it('is refused without being repeated, because it may be a secret', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
    expect(() => accessKeyIdOf(secret)).toThrow(
      expect.objectContaining({
        code: 'KEYNAG_OPTION_INVALID',
        message: expect.not.stringContaining(secret.slice(0, 8)),
      }),
    )
  })
})
