import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rules } from '../rules/all-rules.ts'
import { startEvaluators } from './evaluators.ts'
import type { Graph } from './resource.ts'
import { snapshotFile, snapshotOf } from './snapshot.ts'

const { evaluate, close } = startEvaluators()
afterAll(close)

describe.each(['production', 'staging'])('stage %s', (stage) => {
  let graph: Graph
  beforeAll(async () => {
    graph = await evaluate({ stage })
  })

  it.each(Object.entries(rules))('%s', (_name, rule) => {
    expect(rule(graph, stage)).toStrictEqual([])
  })

  it('is the same in every process', async () => {
    const another = startEvaluators()
    expect(await another.evaluate({ stage, handlers: 'unbuilt' })).toStrictEqual(graph)
    another.close()
  })
})

it('production is what was reviewed (else: npx pnpm stacks:graph --write)', async () => {
  const graph = await evaluate({ stage: 'production' })
  expect(snapshotOf(graph)).toBe(readFileSync(snapshotFile, 'utf8'))
})

describe('an organisation that writes mails only', () => {
  it('needs no Slack token, and its functions know of none', async () => {
    const { resources } = await evaluate({
      stage: 'production',
      handlers: 'unbuilt',
      secrets: {},
    })
    expect(resources.length).toBeGreaterThan(100)
    expect(resources.filter(({ type }) => type.startsWith('aws:secretsmanager'))).toStrictEqual([])
    expect(JSON.stringify(resources)).not.toContain(
      'secretsmanager:GetSecretValue"],"Resource":["arn:aws:secretsmanager:eu-west-1:222222222222:secret:Slack',
    )
    expect(JSON.stringify(resources)).not.toContain('KEYNAG_SLACK_TOKEN_SECRET')
  })
})
