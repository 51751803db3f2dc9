import { readFile, writeFile } from 'node:fs/promises'
import { parseEvent, type DeadLetter, type KeynagEvent } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { openSandbox } from '@keynag/sandbox/keynag/open-sandbox'
import { sandboxFiles } from '@keynag/sandbox/keynag/sandbox-file'
import { demoFolder } from './demo-folder.ts'

const { folder } = demoFolder()

describe('the queues of a sandbox', () => {
  it('keep the changes of a command for the next command', async () => {
    const first = await openSandbox(folder())
    const queues = await first.queues()
    const before = await queues.depth('notify')
    expect(before.waiting).toBe(0)
    expect(before.deadLetters).toBeGreaterThan(1)
    const letters = await queues.receive('notify', 60)
    const [letter, event] = firstEvent(letters)
    await queues.resend(event)
    await queues.remove([letter])
    await first.close()

    const second = await openSandbox(folder())
    expect(await (await second.queues()).depth('notify')).toStrictEqual({
      waiting: 1,
      deadLetters: before.deadLetters - 1,
      hidden: 0,
    })
    const left = await (await second.queues()).receive('notify', 0)
    expect(left.map(({ messageId }) => messageId)).not.toContain(letter.messageId)
    await second.close()
    expect((await filesOfQueues()).queues).toContain(event.id)
  })

  it('are not changed by a command that does not open them, or that is killed', async () => {
    const before = await filesOfQueues()
    await (await openSandbox(folder())).close()
    expect(await filesOfQueues()).toStrictEqual(before)
    const place = await openSandbox(folder())
    const queues = await place.queues()
    await queues.remove(await queues.receive('notify', 60))
    expect(await filesOfQueues()).toStrictEqual(before)
    await place.close()
    expect(await filesOfQueues()).not.toStrictEqual(before)
  })

  it('are an error with a code when they cannot be read, and the file is kept', async () => {
    await writeFile(sandboxFiles(folder()).deadLetters, 'oops')
    const place = await openSandbox(folder())
    await expect(place.queues()).rejects.toMatchObject({ code: 'KEYNAG_SANDBOX_MISSING' })
    await place.close()
    expect(await readFile(sandboxFiles(folder()).deadLetters, 'utf8')).toBe('oops')
  })
})

function firstEvent(letters: readonly DeadLetter[]): readonly [DeadLetter, KeynagEvent] {
  for (const letter of letters) {
    if (!letter.body.startsWith('{')) continue
    return [letter, parseEvent(JSON.parse(letter.body))]
  }
  throw new Error('no dead letter contains an event')
}

async function filesOfQueues() {
  const { deadLetters, queues } = sandboxFiles(folder())
  return {
    deadLetters: await readFile(deadLetters, 'utf8'),
    queues: await readFile(queues, 'utf8'),
  }
}
