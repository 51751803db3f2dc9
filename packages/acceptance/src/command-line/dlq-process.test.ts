import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { deadLetterStage, ids, sorted, stage } from './dead-letter-stage.ts'

const main = fileURLToPath(new URL('../../../sandbox/src/keynag/main.ts', import.meta.url))
const { parkEvents, scans, dead, sent, hidden, ledger, environment } = deadLetterStage()

/** Runs a command in a separate process, which can be killed. */
function spawned(words: string) {
  const child = spawn(process.execPath, [main, 'dlq', ...words.split(' '), '--stage', stage], {
    env: { PATH: process.env.PATH, ...environment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, errors }))
  return { child, ended }
}

/** Waits until the condition holds. Fails when the process ends before. */
async function until(holds: () => boolean, ended: Promise<{ errors: string }>): Promise<void> {
  const early = ended.then(({ errors }) => {
    throw new Error(`the process ended too early: ${errors}`)
  })
  while (!holds()) {
    await Promise.race([early, new Promise((resolve) => setTimeout(resolve, 20))])
  }
  early.catch(() => undefined)
}

describe('keynag dlq in a separate process', () => {
  it('stops without a stack trace when its output is closed, and leaves no message hidden', async () => {
    const these = scans(300)
    await parkEvents(these)
    const { child, ended } = spawned('replay --dry-run')
    let printed = false
    child.stdout.once('data', () => {
      printed = true
    })
    await until(() => printed, ended)
    child.stdout.destroy()
    const { errors } = await ended
    expect(errors).not.toMatch(/\bat .*:\d+|EPIPE|Error/)
    expect(hidden()).toBe(0)
    expect(dead()).toHaveLength(300)
  })

  it('finishes the current message after Ctrl-C, and ends with 130', async () => {
    const these = scans(60)
    await parkEvents(these)
    const { child, ended } = spawned('replay --yes --rate 50')
    await until(() => sent().length > 5, ended)
    child.kill('SIGINT')
    const { code, errors } = await ended
    expect(code).toBe(130)
    expect(errors).toContain('Stopping after the current step')
    expect(hidden()).toBe(0)
    expect(sorted([...sent(), ...dead()])).toStrictEqual(sorted(ids(these)))
    for (const id of sent()) expect(await ledger().replay(id)).toMatchObject({ count: 1 })
  })

  it('loses no message when it is killed; at most one message is in both queues', async () => {
    const these = scans(60)
    await parkEvents(these)
    const { child, ended } = spawned('replay --yes --rate 50')
    await until(() => sent().length > 5, ended)
    child.kill('SIGKILL')
    await ended
    const places = [...sent(), ...dead()]
    expect(sorted([...new Set(places)])).toStrictEqual(sorted(ids(these)))
    expect(places.length).toBeLessThanOrEqual(these.length + 1)
  })
})
