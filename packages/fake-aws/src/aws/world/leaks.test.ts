import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../clock.ts'
import { seededRandom } from '../test-organization.ts'
import { SecretFinder } from './leaks.ts'
import { World } from './world.ts'

const accountId = '333333333333'
const world = new World({ clock: new VirtualClock(Date.UTC(2026, 0, 1)), random: seededRandom(1) })
world.addAccount({ id: accountId, name: 'payments' })
world.addUser(accountId, { userName: 'ann' })
const key = world.addAccessKey(accountId, 'ann')
const secret = key.secret.reveal()

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const others = Array.from(secret, (letter) => `%${letter.charCodeAt(0).toString(16)}`)

describe('finds a secret', () => {
  it.each([
    { form: 'plain', text: `key=${secret}.` },
    { form: 'within a longer word', text: `abc${secret}def` },
    { form: 'in JSON', text: JSON.stringify({ secret }) },
    { form: 'in JSON with escaped slashes', text: secret.replaceAll('/', String.raw`\/`) },
    { form: 'in JSON within JSON', text: JSON.stringify(JSON.stringify({ secret })) },
    { form: 'in a URL', text: `?secret=${encodeURIComponent(secret)}` },
    { form: 'in a URL within a URL', text: encodeURIComponent(encodeURIComponent(secret)) },
    { form: 'in HTML', text: secret.replaceAll('/', '&#x2F;').replaceAll('+', '&#43;') },
    { form: 'in base64', text: base64(secret) },
    { form: 'in base64 of a document', text: base64(JSON.stringify({ a: 1, secret })) },
    {
      form: 'in base64 of a document, shifted by one byte',
      text: base64(JSON.stringify({ ab: 1, secret })),
    },
    {
      form: 'in base64 of a document, shifted by two bytes',
      text: base64(JSON.stringify({ abc: 1, secret })),
    },
    { form: 'by its first twelve characters', text: `"${secret.slice(0, 12)}…"` },
    { form: 'by its last twelve characters', text: `…${secret.slice(-12)}` },
    ...Array.from({ length: 28 }, (_, at) => ({
      form: `by twelve characters from position ${at}`,
      text: `<${secret.slice(at, at + 12)}>`,
    })),
  ])('$form', ({ text }) => {
    expect(new SecretFinder(world).ownersIn(text)).toEqual([key.id])
  })

  it('of a session that was opened after the last search', () => {
    const finder = new SecretFinder(world)
    expect(finder.ownersIn('nothing here')).toEqual([])
    world.addRole(accountId, {
      name: 'reader',
      trustPolicy: { Version: '2012-10-17', Statement: [] },
    })
    const session = world.credentialsForRole(accountId, 'reader', 'late')
    expect(finder.ownersIn(session.secretAccessKey)).toEqual([session.accessKeyId])
  })
})

describe('finds nothing', () => {
  it.each([
    { of: 'a short run', text: `${secret.slice(0, 11)} ${secret.slice(20, 31)}` },
    { of: 'the key ID', text: key.id },
    {
      of: 'other text',
      text: 'KEYNAG_ACCOUNT_NOT_PLANNED arn:aws:iam::333333333333:user/ann '.repeat(99),
    },
    { of: 'single letters', text: others.join(' ') },
  ])('in $of', ({ text }) => {
    expect(new SecretFinder(world).ownersIn(text)).toEqual([])
  })
})
