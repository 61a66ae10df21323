# An image of a service whose contracts do not fit what is registered: a field of its first event has another name there.
#   docker build -f tools/deploy/kubernetes/unfit.Dockerfile --build-arg IMAGE=oms/order:0.1.0 -t oms/order:0.1.0-unfit tools/deploy/kubernetes
ARG IMAGE
FROM $IMAGE AS edited
USER 0
COPY misname-field.mjs /misname-field.mjs
RUN ["node", "/misname-field.mjs", "/app/register.js", "deliveryAddress", "address"]

FROM $IMAGE
COPY --from=edited /app/register.js /app/register.js
