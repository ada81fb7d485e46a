.PHONY: run demo test check prove templ
run: ; go run ./server
demo: ; go run ./server demo
test: ; go test ./...
check: ; .ci/run
prove: ; LONGTABLE_PROVE=1 go test -timeout 60m -run Prove ./...
templ: ; go tool templ generate -path frontend
