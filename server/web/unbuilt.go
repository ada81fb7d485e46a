package web

import "errors"

var errUnbuilt = errors.New("web: not built yet")
