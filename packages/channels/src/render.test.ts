import { describe, expect, test } from 'vitest'
import { epochMs } from '@keynag/core'
import { renderMail } from './email/render.ts'
import { renderSlack } from './slack/render.ts'
import { keyCard, manyKeys, messages } from './testing/messages.ts'

const fixture = (name: string): string => `../fixtures/${name}`

describe.each(Object.entries(messages))('%s', (name, message) => {
  test('reads on Slack as its fixture does', async () => {
    const json = `${JSON.stringify(renderSlack(message), undefined, 2)}\n`
    await expect(json).toMatchFileSnapshot(fixture(`${name}.json`))
  })

  test('reads in a mail as its fixtures do', async () => {
    const { subject, text, html } = renderMail(message)
    await expect(`Subject: ${subject}\n\n${text}`).toMatchFileSnapshot(fixture(`${name}.txt`))
    await expect(html).toMatchFileSnapshot(fixture(`${name}.html`))
  })
})

describe('400 keys', () => {
  const message = manyKeys(400)

  test('fit a Slack message that lists the oldest and says how many more there are and where', () => {
    const { blocks } = renderSlack(message)
    const body = JSON.stringify(blocks)
    expect(body).toContain('Please replace 400 access keys')
    expect(body).toContain('AKIAEXAMPLE000000400')
    expect(body).not.toContain('AKIAEXAMPLE000000388')
    expect(body).toContain(
      'And 388 more access keys: 259 in `111122223333`, 129 in `444455556666`.',
    )
  })

  test('are all in the mail', () => {
    const { text, html } = renderMail(message)
    for (const { accessKeyId } of message.keys) {
      expect(text).toContain(accessKeyId)
      expect(html).toContain(accessKeyId)
    }
  })
})

test('a mail too has its limit, and counts what it leaves out', () => {
  const { text } = renderMail(manyKeys(650))
  expect(text).toContain('And 150 more access keys: 100 in 111122223333, 50 in 444455556666.')
})

test('an unknown last use never reads as unused', () => {
  const key = keyCard(1, { lastUsed: { kind: 'unknown', why: 'AccessDenied' } })
  const { text } = renderMail({ ...messages.nag, keys: [key] })
  expect(text).toContain('Last used: unknown: AccessDenied')
  expect(text).not.toMatch(/never/i)
})

test('an exempt key is left alone until its date, and no deed is announced', () => {
  const ahead = { kind: 'nothing', until: epochMs(Date.UTC(2026, 11, 24)) } as const
  const alsoOpen = [keyCard(4, { ahead })]
  const { text } = renderMail({ ...messages.nag, keys: [], alsoOpen })
  expect(text).toMatch(/keynag leaves the key alone until\s+2026-12-24 00:00 UTC/)
  expect(text).not.toMatch(/keynag (deactivates|issues|deletes)/)
})

test('accounts without a result and without a reason are counted in the digest', () => {
  const coverage = { planned: 10, finished: 7, notScanned: [] }
  const { subject, text } = renderMail({ ...messages.digest, coverage })
  expect(subject).toContain('3 accounts not scanned')
  expect(text).toContain('3 accounts have no result yet, and no reason on record.')
})

test('nothing that a message was not made for is shown, least of all a secret', () => {
  const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const key = { ...keyCard(), secretAccessKey }
  for (const message of Object.values(messages)) {
    const laden = { ...message, key, keys: [key], held: [], secretAccessKey }
    expect(JSON.stringify([renderSlack(laden), renderMail(laden)])).not.toContain(secretAccessKey)
  }
})
