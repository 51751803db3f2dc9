import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import type { Edit } from './edit.ts'
import { Graph } from './resource.ts'

export interface Evaluation {
  readonly stage: string
  readonly edits?: readonly Edit[]
  /** Bundling takes most of the time, and the stacks know nothing of what is bundled. */
  readonly handlers?: 'bundled' | 'unbuilt'
  readonly secrets?: Readonly<Record<string, string>>
}

/** A value that must stand where secrets are kept and nowhere else. */
export const slackToken = 'xoxb-of-the-graph'

/**
 * Every resource that a deployment of the stage would ask for. `.sst/platform` has to be there.
 *
 * @throws Error with what the stacks threw
 */
export async function evaluateStacks({
  stage,
  edits = [],
  handlers = 'bundled',
  secrets = { SlackToken: slackToken },
}: Evaluation): Promise<Graph> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'evaluate.ts')], {
    stdio: 'pipe',
  })
  child.stdin.end(JSON.stringify({ stage, edits, handlers, secrets }))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const [code, graph, complaint] = await Promise.all([
    ended,
    buffer(child.stdout),
    text(child.stderr),
  ])
  if (code !== 0) throw new Error(`stage ${stage} cannot be evaluated: ${complaint}`)
  return Graph.parse(JSON.parse(graph.toString()))
}
