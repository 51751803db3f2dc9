/**
 * The words of a command line as commander should get them: without the `--` that pnpm hands on, and
 * with help where there are none. The folder after `--sandbox` may be left out, and what follows is
 * then an argument, as in `ledger show --sandbox AKIA…`: a word is a folder when it has a slash or
 * begins with a dot.
 */
export function wordsOf(argv: readonly string[]): string[] {
  const words = argv[0] === '--' ? argv.slice(1) : [...argv]
  if (words.length === 0) return ['--help']
  const sandbox = words.indexOf('--sandbox')
  const next = words[sandbox + 1]
  if (sandbox === -1 || next === undefined || next.startsWith('-') || isFolder(next)) return words
  return [...words.slice(0, sandbox), ...words.slice(sandbox + 1), '--sandbox']
}

const isFolder = (word: string): boolean => word.startsWith('.') || /[/\\]/.test(word)
