import { describe, expect, it } from 'vitest'
import { onFirstCall } from './on-first-call.ts'

describe('a handler that is wired on its first call', () => {
  it('is not wired before, and once for all calls', async () => {
    let wirings = 0
    const handler = onFirstCall(async () => {
      wirings += 1
      return async (name: string) => `${name} by wiring ${wirings}`
    })
    expect(wirings).toBe(0)
    const answers = await Promise.all([handler('a'), handler('b')])
    expect(answers).toEqual(['a by wiring 1', 'b by wiring 1'])
    expect(await handler('c')).toBe('c by wiring 1')
  })

  it('says what is wrong in every call until the wiring succeeds', async () => {
    let wirings = 0
    const handler = onFirstCall(async () => {
      wirings += 1
      if (wirings < 3) throw new Error(`wiring ${wirings} failed`)
      return async () => 'handled'
    })
    await expect(handler()).rejects.toThrow('wiring 1 failed')
    await expect(handler()).rejects.toThrow('wiring 2 failed')
    expect(await handler()).toBe('handled')
    expect(await handler()).toBe('handled')
    expect(wirings).toBe(3)
  })

  it('fails all calls that waited for the same wiring, and tries anew after them', async () => {
    let wirings = 0
    const handler = onFirstCall(async () => {
      wirings += 1
      if (wirings === 1) throw new Error('not yet')
      return async () => 'handled'
    })
    const waiting = await Promise.allSettled([handler(), handler()])
    expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await handler()).toBe('handled')
    expect(wirings).toBe(2)
  })

  it('is not wired again because a call failed', async () => {
    let wirings = 0
    const handler = onFirstCall(async () => {
      wirings += 1
      return async (): Promise<string> => {
        throw new Error('this call')
      }
    })
    await expect(handler()).rejects.toThrow('this call')
    await expect(handler()).rejects.toThrow('this call')
    expect(wirings).toBe(1)
  })
})
