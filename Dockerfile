# A static program without root rights. Build: docker build -t longtable .
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /longtable ./server \
 && mkdir -p /empty/data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /longtable /longtable
COPY --from=build --chown=nonroot:nonroot /empty/data /data
ENV LONGTABLE_ADDR=0.0.0.0:8080 LONGTABLE_DATA=/data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/longtable"]
