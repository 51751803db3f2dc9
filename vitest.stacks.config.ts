import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** `pnpm test:stacks`: what `sst.config.ts` evaluates to, under SST's real components. */
export default defineConfig({
  test: {
    include: ['packages/stack-check/src/graph/**/*.test.ts'],
    globalSetup: ['packages/stack-check/src/graph/prepare.ts'],
    // One evaluation at a time for each process.
    maxConcurrency: availableParallelism(),
    // List every mutant, also the fast ones.
    slowTestThreshold: 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
