# A static program and nothing else, without root rights; all it writes to is /data. Build: docker build -t longtable .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o /longtable ./server \
 && mkdir -p -m 700 /empty/data

FROM scratch
# To know the mail servers and databases that it reaches by TLS.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /longtable /longtable
COPY --from=build --chown=65532:65532 /empty/ /
USER 65532:65532
ENV LONGTABLE_ADDR=0.0.0.0:8080 LONGTABLE_DATA=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --retries=12 CMD ["/longtable", "health"]
ENTRYPOINT ["/longtable"]
