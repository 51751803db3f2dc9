import { writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { writeInboxFile } from '../inbox-page/index.ts'
import { sandboxFiles, writeSandboxFile } from '../keynag/sandbox-file.ts'
import { deployments } from './demo-config.ts'
import type { DemoOptions } from './options.ts'
import { prepareOut } from './out-folder.ts'
import { playStory, type Story } from './story.ts'
import { findingsOf, type Findings } from './summary.ts'
import { lookUpsIn, tableOf } from './table.ts'

interface DemoHooks {
  /** Prints a line. */
  readonly say: (text: string) => void
  readonly onDay?: (day: number) => void
  readonly detectLeaks?: boolean
  /** Called after all files are written, before the sandbox closes. */
  readonly onEnd?: (story: Story) => Promise<void>
}

/** Runs the demo, writes its files, prints its results, and returns the exit code. */
export async function runDemo(options: DemoOptions, hooks: DemoHooks): Promise<number> {
  const { say } = hooks
  // Refuses a policy that is not valid before an earlier demo's folder is emptied.
  await deployments({ ...options, policy: options.policy }, {})
  await prepareOut(options.out)
  const findings = await play(options, hooks)
  say(`\n${options.days} days in an organization of ${options.accounts} accounts\n`)
  say(tableOf(findings))
  say(lookUpsIn(findings))
  say(filesAndCommands(options.out, findings))
  if (options.json) say(JSON.stringify(findings.summary))
  return findings.summary.invariantViolations.length === 0 ? 0 : 1
}

async function play(
  options: DemoOptions,
  { onDay, detectLeaks, onEnd }: DemoHooks,
): Promise<Findings> {
  const { out } = options
  const files = sandboxFiles(out)
  const storyOptions = {
    ...options,
    policy: options.policy,
    logPath: join(out, 'log.jsonl'),
    ...(onDay === undefined ? {} : { onDay }),
    ...(detectLeaks === undefined ? {} : { detectLeaks }),
  }
  await writeFile(storyOptions.logPath, '')
  const story = await playStory(storyOptions)
  const { sandbox } = story
  try {
    const findings = await findingsOf(story, storyOptions, sandbox.calls.toJSON())
    await sandbox.saveLedger(files.ledger)
    await sandbox.sqs.saveDeadLetters(files.deadLetters)
    await sandbox.sqs.saveWaiting(files.queues)
    await writeInboxFile(join(out, 'inbox.html'), {
      messages: sandbox.slack.messages,
      mails: sandbox.ses.mails,
      users: story.demo.slackUsers,
    })
    await writeFile(
      join(out, 'summary.json'),
      `${JSON.stringify(findings.summary, undefined, 2)}\n`,
    )
    await writeSandboxFile(out, {
      now: sandbox.ports.clock.now(),
      organization: sandbox.ports.organization,
    })
    await onEnd?.(story)
    return findings
  } finally {
    await sandbox.close()
  }
}

function filesAndCommands(out: string, { examples }: Findings): string {
  const fromHere = relative(process.cwd(), out)
  const folder = fromHere.startsWith('..') ? resolve(out) : fromHere
  const file = (name: string): string => join(folder, name)
  const named = quoted(folder.startsWith('/') ? folder : `./${folder}`)
  const sandbox = folder === '.keynag' ? '--sandbox' : `--sandbox ${named}`
  const keynag = (words: string): string => `npx pnpm keynag ${words} ${sandbox}`
  const { held } = examples
  return [
    '',
    'Files',
    ...aligned([
      [file('inbox.html'), 'the Slack messages and mails that people received'],
      [file('summary.json'), 'these figures, and the number of calls of each API operation'],
      [file('dead-letters.json'), 'the messages that keynag could not handle, with the reasons'],
      [file('log.jsonl'), "the log of keynag's functions"],
    ]),
    '',
    'Commands to try next',
    ...aligned([
      ...(held === undefined
        ? []
        : [[keynag(`ledger show ${held}`), 'why this key is held'] as const]),
      [keynag('ledger stats'), 'how many keys are in each state'],
      [keynag('dlq list'), 'the dead letters, by reason'],
    ]),
  ].join('\n')
}

/** A word for a shell. */
const quoted = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** Pads the first column, so that the remarks are below each other. */
function aligned(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([first]) => first.length))
  return rows.map(([first, remark]) => `  ${first.padEnd(width)}  ${remark}`)
}
