import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** `pnpm test:stacks`: what `sst.config.ts` evaluates to, under SST's real components. */
export default defineConfig({
  test: {
    include: ['stacks/graph/*.test.ts'],
    globalSetup: ['stacks/graph/prepare.ts'],
    // Each evaluation is a process of its own.
    maxConcurrency: availableParallelism(),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
