package web

type homeData struct{}

func showHome(*Request) (Answer, error) { return Answer{}, errUnbuilt }
