import { readFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { startMoto } from './start-moto.ts'

const started = async () => {
  const moto = await startMoto()
  onTestFinished(moto.close)
  return moto
}

it('runs the version in requirements.txt on loopback until it is closed', async () => {
  const moto = await started()
  const pinned = await readFile(new URL('requirements.txt', import.meta.url), 'utf8')
  expect(pinned).toContain(`\nmoto==${moto.version}\n`)
  expect(moto.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect((await fetch(`${moto.url}/moto-api/data.json`)).status).toBe(200)
  await moto.close()
  await expect(fetch(moto.url)).rejects.toThrow('fetch failed')
})

it('names the key whose dates it cannot set', async () => {
  const moto = await started()
  await expect(
    moto.setDates('123456789012', { keys: [{ accessKeyId: 'AKIANOTHING' }] }),
  ).rejects.toThrow('account 123456789012 has no key AKIANOTHING')
})
