import { expect, it } from 'vitest'
import { findPython } from './find-python.ts'

it('says which Python is missing and how to install it', async () => {
  const missing = findPython(['no-such-python', process.execPath])
  await expect(missing).rejects.toMatchObject({ code: 'KEYNAG_PYTHON_MISSING' })
  await expect(missing).rejects.toThrow(
    /^moto needs Python 3\.10 or later on the PATH; no-such-python does not run; .* does not run\. Install it/,
  )
})
