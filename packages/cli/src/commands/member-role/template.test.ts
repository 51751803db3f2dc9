import { expect, it } from 'vitest'
import { z } from 'zod'
import { runKeynag } from '../../program.ts'
import { recordingShell } from '../../testing/recording-shell.ts'

const options = ['--hub-account', '222222222222', '--organization', 'o-exampleorgid']
const print = ['member-role', 'template', '--stage', 'production', '--region', 'eu-west-1']

it('prints the roles of a member account, which trust the stage by name', async () => {
  const { shell, output, remarks } = recordingShell()
  expect(await runKeynag([...print, ...options], shell)).toBe(0)
  expect(remarks()).toBe('')
  const { Resources } = z
    .object({ Resources: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(output()))
  expect(Object.keys(Resources)).toEqual(['Reader', 'Creator', 'Reaper'])
  expect(output()).toContain('"arn:aws:iam::222222222222:role/keynag-production-rotator"')
  expect(output()).toContain(':user/break-glass/*')
})

it('asks for an organisation that can be one', async () => {
  const { shell, output, remarks } = recordingShell()
  const wrong = ['--hub-account', '222222222222', '--organization', '222222222222']
  expect(await runKeynag([...print, ...wrong], shell)).not.toBe(0)
  expect(remarks()).toContain('must be an ID such as o-exampleorgid')
  expect(output()).toBe('')
})
