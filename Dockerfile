# keynag as one long-lived process, see docs/worker.md. The project itself has never built this image.
FROM node:24-slim
WORKDIR /keynag

# Node runs the TypeScript sources, so only the worker's run-time dependencies are installed. The
# version of pnpm is the one that package.json pins.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml keynag.config.ts ./
COPY packages/core packages/core
COPY packages/aws packages/aws
COPY packages/channels packages/channels
COPY packages/engine packages/engine
COPY packages/functions packages/functions
COPY packages/worker packages/worker
COPY packages/cli packages/cli
RUN npx --yes pnpm@12.21.0 install --prod --frozen-lockfile \
      --filter keynag-workspace --filter @keynag/cli... \
    && rm -rf /root/.npm /root/.cache /root/.local

ENV NODE_ENV=production
USER node
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# Exec form, so that node itself receives SIGTERM. STAGE or the functions' variables come from outside.
ENTRYPOINT ["node", "packages/cli/src/main.ts"]
CMD ["worker", "--health-port", "8080"]
