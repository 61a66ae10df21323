# An image of one service, programs and nothing to build them with:
#   docker build -f docker/service.Dockerfile --build-arg SERVICE=order -t oms/order .
# With no argument it serves; `docker run IMAGE migrate` and `register` make its database and Kafka ready.
# SERVICE=development has what stands around the services for a first try, and belongs into no production.
ARG NODE_IMAGE=node:24-bookworm-slim

# The manifests alone: packages are fetched again only when one of these has changed.
FROM $NODE_IMAGE AS manifests
WORKDIR /all
COPY . .
RUN mkdir /manifests \
 && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json tools/package.json /manifests

FROM $NODE_IMAGE AS build
WORKDIR /src
COPY --from=manifests /manifests ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --no-update-notifier
COPY . .
ARG SERVICE
RUN node --disable-warning=ExperimentalWarning tools/deploy/images/parts.ts "$SERVICE"

FROM $NODE_IMAGE
ARG SERVICE
WORKDIR /app
COPY --from=build /src/dist/images/$SERVICE ./
# One malloc arena instead of one per thread saves 15 MB a process.
ENV HOST=0.0.0.0 PORT=3000 MALLOC_ARENA_MAX=1
EXPOSE 3000 3100
# By number, so that whoever runs it can see that it is not root. Nothing is written: any user and a read-only root will do.
USER 1000:1000
ENTRYPOINT ["node", "--enable-source-maps", "/app/start.js"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["node", "/app/start.js", "health"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="oms-$SERVICE" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="Apache-2.0"
