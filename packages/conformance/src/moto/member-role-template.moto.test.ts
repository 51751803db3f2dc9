import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { sandboxTemplate } from '@keynag/sandbox/roles'
import { motoPython } from './environment.ts'

const run = promisify(execFile)

/** The package's own command contains the temporary path in which the environment was built. */
const cfnLint = 'import sys; from cfnlint.runner.cli import main; sys.exit(main())'
const Refused = z.object({ code: z.number().min(2), stdout: z.string() })

/** Runs cfn-lint, which is one of moto's pinned dependencies, and returns what it printed. */
async function lint(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keynag-template-'))
  const file = join(folder, 'member-roles.json')
  try {
    await writeFile(file, text)
    const linting = ['-c', cfnLint, '--include-checks', 'I', '--regions', 'us-east-1', '-t', file]
    const { stdout } = await run(await motoPython(), linting).catch((error: unknown) => {
      const refused = Refused.safeParse(error)
      if (refused.success) return refused.data
      throw error
    })
    return stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

const template = JSON.stringify(sandboxTemplate('o-exampleorgid'))
const withKey = JSON.stringify(sandboxTemplate('o-exampleorgid', 'alias/keynag'))

it.each([
  ['', template],
  [', with a key of KMS', withKey],
])('cfn-lint finds no error in the template of the member roles%s', async (_, text) => {
  expect(await lint(text)).toBe('')
})

it('cfn-lint finds an error in a broken template', async () => {
  const broken = template
    .replace('"MaxSessionDuration":3600', '"MaxSessionDuration":60')
    .replace('"RoleName"', '"Rolename"')
  const said = await lint(broken)
  expect(said).toContain('E3034')
  expect(said).toContain('Rolename')
})
