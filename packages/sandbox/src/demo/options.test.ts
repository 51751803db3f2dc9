import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deployments } from './demo-config.ts'
import { parseDemoOptions } from './options.ts'
import { prepareOut } from './out-folder.ts'
import { runDemo } from './run-demo.ts'

const refusal = (code: string, sentence: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(sentence) })

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keynag-demo-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

describe('the options of the demo', () => {
  it('have defaults, and ignore the `--` that pnpm passes on', () => {
    const plain = parseDemoOptions([])
    expect(plain).toMatchObject({ days: 120, accounts: 12, users: 240, seed: 1, out: '.keynag' })
    expect(parseDemoOptions(['--', '--days', '7'])).toEqual({ ...plain, days: 7 })
  })

  it.each([
    [['--dayz', '7'], '--dayz'],
    [['--days', 'seven'], '--days must be a whole number'],
    [['--days', '-1'], '--days'],
    [['--days', '0'], '--days must be 1 or more'],
    [['--accounts', '3'], '--accounts must be 4 or more'],
    [['--users', '2.5'], '--users must be a whole number'],
    [['--seed'], '--seed'],
    [['surprise'], 'surprise'],
  ])('%j is refused by an error that names the option', (argv, sentence) => {
    expect(() => parseDemoOptions(argv)).toThrow(refusal('KEYNAG_OPTION_INVALID', sentence))
  })

  it('are all named when several are invalid', () => {
    expect(() => parseDemoOptions(['--days', 'x', '--users', 'y'])).toThrow(/--days.*--users/)
  })
})

/** What a complete file holds beside its policies. */
const others = `contacts: { domains: ['example.com'] }, mail: { from: 'keynag@example.com' },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['platform@example.com']`

describe('the policy of the demo', () => {
  it('can be a preset, which is a dry run at first and armed later', async () => {
    const [first, second] = await deployments({ policy: 'cis-rotation', days: 60 }, {})
    expect(first.organization.policies).toMatchObject([{ name: 'cis-rotation', mode: 'dry-run' }])
    expect(second?.fromDay).toBe(8)
    expect(second?.organization.policies).toMatchObject([{ name: 'cis-rotation', mode: 'enforce' }])
  })

  it('can be a file like keynag.config.ts', async () => {
    const file = join(await aFolder(), 'mine.ts')
    await writeFile(
      file,
      `export default { ${others}, policies: [{ name: 'mine', staleAtDay: 30 as number }] }`,
    )
    const [first, second] = await deployments({ policy: file, days: 60 }, {})
    expect(first.organization.policies).toMatchObject([{ name: 'mine', staleAtDay: 30 }])
    expect(second).toBeUndefined()
  })

  it('is refused when it is neither, and the error lists the presets', async () => {
    for (const name of ['cis', 'constructor', './nothing.ts']) {
      await expect(deployments({ policy: name, days: 60 }, {})).rejects.toThrow(
        refusal('KEYNAG_OPTION_INVALID', 'cis-rotation, weekly-purge'),
      )
    }
  })

  it.each([
    [
      'the invalid path',
      `export default { ${others}, policies: [{ name: 'mine', staleAtDay: '90' }] }`,
      'policies[0].staleAtDay',
    ],
    [
      'an unknown key',
      `export default { ${others}, policies: [{ name: 'mine', stale: 90 }] }`,
      '"stale"',
    ],
    [
      'every other missing setting',
      "export default { policies: [{ name: 'mine' }] }",
      'mail: is missing',
    ],
    ['a missing export', 'export const policies = []', 'default export'],
    ['the loader’s error', 'export default {', 'cannot be loaded'],
    ['no policy at all', `export default { ${others}, policies: [] }`, 'name at least one policy'],
  ])('names %s of an invalid file', async (_, text, sentence) => {
    const file = join(await aFolder(), 'mine.mjs')
    await writeFile(file, text)
    await expect(deployments({ policy: file, days: 60 }, {})).rejects.toThrow(
      refusal('KEYNAG_CONFIG_INVALID', sentence),
    )
  })
})

describe('the folder of an earlier demo', () => {
  it('is left unchanged when the policy is refused', async () => {
    const out = join(await aFolder(), 'demo')
    await prepareOut(out)
    await writeFile(join(out, 'summary.json'), '{}')
    const before = await readdir(out)
    const options = parseDemoOptions(['--policy', 'nope', '--out', out])
    await expect(runDemo(options, { say: () => undefined })).rejects.toThrow(
      refusal('KEYNAG_OPTION_INVALID', '--policy nope is neither'),
    )
    expect(await readdir(out)).toEqual(before)
  })
})

describe('the folder that the demo writes to', () => {
  it('is created, or emptied if an earlier demo created it', async () => {
    const out = join(await aFolder(), 'a', 'b')
    await prepareOut(out)
    const made = await readdir(out)
    await writeFile(join(out, 'summary.json'), '{}')
    await prepareOut(out)
    expect(await readdir(out)).toEqual(made)
  })

  it('is left unchanged if it holds files of others', async () => {
    const out = await aFolder()
    await writeFile(join(out, 'thesis.txt'), 'ten years of work')
    await expect(prepareOut(out)).rejects.toThrow(refusal('KEYNAG_OUT_UNUSABLE', out))
    expect(await readdir(out)).toEqual(['thesis.txt'])
  })

  it('cannot be a file, or a path below a file', async () => {
    const file = join(await aFolder(), 'file')
    await writeFile(file, '')
    for (const out of [file, join(file, 'below')]) {
      await expect(prepareOut(out)).rejects.toThrow(refusal('KEYNAG_OUT_UNUSABLE', out))
    }
  })
})
