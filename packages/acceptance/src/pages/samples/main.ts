/**
 * Rewrites the samples of output in all pages: plays the demo, runs each command on what it left.
 * With --check it compares and writes nothing. With --demo and --printed it takes a demo that was
 * played already, and what that demo printed.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { blocksOf, fenced, rewritten, type Block } from '../blocks.ts'
import { pages, read, root } from '../markdown.ts'
import { excerptOf } from './excerpt.ts'
import { onDemo, onLocalStage, playDemo, takeDemo } from './play.ts'
import { commandOf, sampleMarkers, sampleOf } from './samples.ts'

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    demo: { type: 'string' },
    printed: { type: 'string' },
  },
})

const say = (text: string): boolean => process.stdout.write(`${text}\n`)

async function outputOf(command: string, folder: string, printed: string): Promise<string> {
  const { on, exitCode = 0, parts = [{ from: 0 }] } = sampleOf(command)
  const { code, output } =
    on === 'the demo itself'
      ? { code: 0, output: printed }
      : await (on === 'a local stage' ? onLocalStage(command) : onDemo(folder, command))
  if (code !== exitCode) throw new Error(`"${command}" ended with ${code}:\n${output}`)
  return excerptOf(output.trimStart(), parts)
}

/** What each command of these blocks prints, as the pages show it. */
async function textsOf(blocks: readonly Block[]): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'keynag-samples-'))
  try {
    const { demo, printed } = options
    const story =
      demo === undefined || printed === undefined
        ? await playDemo(folder)
        : await takeDemo(folder, demo, await readFile(printed, 'utf8'))
    const texts = new Map<string, string>()
    for (const { opening } of new Map(blocks.map((block) => [block.opening, block])).values()) {
      const command = commandOf({ opening })
      const output = await outputOf(command, folder, story)
      texts.set(opening, fenced(opening === 'demo-output' ? output : `$ ${command}\n${output}`))
    }
    return texts
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The first line of a block that is another than it should be. */
function differenceOf(is: string, shouldBe: string): string {
  const lines = is.split('\n')
  const expected = shouldBe.split('\n')
  const index = expected.findIndex((line, at) => line !== lines[at])
  const at = index === -1 ? expected.length : index
  return `  the page has   ${lines[at] ?? '(nothing)'}\n  the output is  ${expected[at] ?? '(nothing)'}`
}

const found = pages.map((page) => ({ page, blocks: blocksOf(read(page), ...sampleMarkers) }))
const texts = await textsOf(found.flatMap(({ blocks }) => blocks))
const textOf = ({ opening }: Pick<Block, 'opening'>): string => texts.get(opening) ?? ''

let compared = 0
for (const { page, blocks } of found) {
  for (const block of blocks) {
    compared += 1
    if (!options.check || block.text === textOf(block)) continue
    say(`${page}: the sample of "${commandOf(block)}" is out of date; run npx pnpm pages:write`)
    say(differenceOf(block.text, textOf(block)))
    process.exitCode = 1
  }
  if (!options.check && blocks.length > 0) {
    await writeFile(join(root, page), rewritten(read(page), blocks, textOf))
  }
}
say(`${compared} samples ${options.check ? 'compared' : 'written'}`)
