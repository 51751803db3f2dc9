import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeInboxFile } from '../inbox-page/index.ts'
import { sandboxFiles, writeSandboxFile } from '../keynag/sandbox-file.ts'
import type { DemoOptions } from './options.ts'
import { prepareOut } from './out-folder.ts'
import { playStory, type Story } from './story.ts'
import { findingsOf, type Findings } from './summary.ts'
import { tableOf } from './table.ts'

interface Telling {
  /** A line for the reader. */
  readonly say: (text: string) => void
  readonly onDay?: (day: number) => void
  readonly wiretap?: boolean
  /** Asked when all was played and written, before the sandbox ends. */
  readonly onEnd?: (story: Story) => Promise<void>
}

/** Plays the demo, leaves its files and says what became of it; the exit code. */
export async function runDemo(options: DemoOptions, telling: Telling): Promise<number> {
  const { say } = telling
  await prepareOut(options.out)
  const findings = await play(options, telling)
  say(`\n${options.days} days in an organisation of ${options.accounts} accounts\n`)
  say(tableOf(findings))
  say(whatNext(options.out, findings))
  if (options.json) say(JSON.stringify(findings.summary))
  return findings.summary.invariantViolations.length === 0 ? 0 : 1
}

async function play(options: DemoOptions, { onDay, wiretap, onEnd }: Telling): Promise<Findings> {
  const { out } = options
  const files = sandboxFiles(out)
  const storyOptions = {
    ...options,
    policy: options.policy,
    logPath: join(out, 'log.jsonl'),
    ...(onDay === undefined ? {} : { onDay }),
    ...(wiretap === undefined ? {} : { wiretap }),
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

function whatNext(out: string, { examples }: Findings): string {
  const file = (name: string): string => relative(process.cwd(), join(out, name))
  const folder = relative(process.cwd(), out)
  const sandbox = folder === '.keynag' ? '--sandbox' : `--sandbox ./${folder}`
  return [
    '',
    'Look at',
    `  ${file('inbox.html')}         what people got on Slack and by mail`,
    `  ${file('summary.json')}       these figures and every AWS call, counted`,
    `  ${file('dead-letters.json')}  what could not be handled, and why`,
    `  ${file('log.jsonl')}          what each function said`,
    '',
    'Ask it',
    ...(examples.held === undefined
      ? []
      : [`  npx pnpm keynag ledger show ${examples.held} ${sandbox}  why this key is held`]),
    `  npx pnpm keynag ledger stats ${sandbox}`,
    `  npx pnpm keynag dlq list ${sandbox}`,
  ].join('\n')
}
