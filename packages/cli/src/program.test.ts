import { expect, it } from 'vitest'
import { runKeynag, wordsOf } from './program.ts'
import { recordingShell } from './testing/recording-shell.ts'

it.each([
  ['', '--help'],
  ['-- audit --org', 'audit --org'],
  ['ledger show AKIA1 --sandbox', 'ledger show AKIA1 --sandbox'],
  ['ledger show --sandbox AKIA1 --json', 'ledger show AKIA1 --json --sandbox'],
  ['ledger show --sandbox .keynag AKIA1', 'ledger show --sandbox .keynag AKIA1'],
  ['ledger list --sandbox /tmp/demo', 'ledger list --sandbox /tmp/demo'],
  ['ledger list --sandbox --held', 'ledger list --sandbox --held'],
])('%j is read as %j', (typed, read) => {
  expect(wordsOf(typed.split(' ').filter((word) => word !== '')).join(' ')).toBe(read)
})

it.each([
  ['ledger lst --sandbox', "unknown command 'lst'; the commands of keynag ledger are list, show"],
  [
    'hold relase AKIA1 --why x',
    "unknown command 'relase'; the commands of keynag hold are release",
  ],
  ['dlq --sandboks', "unknown option '--sandboks'"],
  ['lst --sandbox', "unknown command 'lst'"],
  ['worker', 'no stage is named: give --stage NAME'],
  ['audit --accounts 12', '--accounts takes the twelve digits of an account'],
  ['dlq list --account 12', '--account takes the twelve digits of an account'],
  ['dlq list --key 12', '--key takes the ID of an access key'],
  ['audit --external-id 1', '--external-id must have at least 2 characters'],
  ['audit --policy nope', '--policy nope is neither a preset (gentle-nag, '],
])('%j is refused by a sentence', async (typed, sentence) => {
  const { shell, output, remarks } = recordingShell()
  expect(await runKeynag(typed.split(' '), shell)).toBe(1)
  expect(output()).toBe('')
  expect(remarks()).toContain(`KEYNAG_OPTION_INVALID: ${sentence}`)
})

it('prints the version', async () => {
  const { shell, output } = recordingShell()
  expect(await runKeynag(['--version'], shell)).toBe(0)
  expect(output()).toMatch(/^\d+\.\d+\.\d+$/)
})

it.each(['ledger', 'dlq', 'hold', 'freeze', 'member-role'])(
  '%s alone prints its help',
  async (word) => {
    const { shell, output } = recordingShell()
    expect(await runKeynag([word], shell)).toBe(0)
    expect(output()).toContain(`Usage: keynag ${word} `)
  },
)
